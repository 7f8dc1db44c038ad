import { PermanentError } from '../errors.ts'
import type { ConnectionSettings } from '../spec/handles.ts'

type Dialect = ConnectionSettings['dialect']

/** A statement ready to run, with the values of its own placeholders. */
export interface BoundStatement {
  readonly text: string
  readonly values: readonly string[]
}

/** Everything in SQL that may hold a `;` or `?` without meaning one, then what is looked for. */
const tokens: Readonly<Record<Dialect, RegExp>> = {
  postgresql:
    /--[^\n]*|\/\*[\s\S]*?\*\/|\b[eE]'(?:\\.|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$|;|\?\?|\?|\$\d+/g,
  mysql: /--\s[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\[\s\S]|''|[^'\\])*'|"(?:\\[\s\S]|""|[^"\\])*"|`(?:``|[^`])*`|;|\?/g,
}

/** The statements of a script, its `scriptArgument` values bound to placeholders: `?` takes the next value; on PostgreSQL `$1` takes
 *  the first, and `??` is the operator `?`. Without values nothing is replaced.
 *  @throws PermanentError when the number of values is not the number of placeholders */
export function bindScript(script: string, values: readonly string[], dialect: Dialect): BoundStatement[] {
  const used = new Set<number>()
  let next = 0
  const valueOf = (mark: string): number => {
    const index = mark === '?' ? next++ : Number(mark.slice(1)) - 1
    used.add(index)
    return index
  }
  const statements = splitStatements(script, dialect).map((text) =>
    values.length ? bind(text, values, dialect, valueOf) : { text, values: [] },
  )
  const wanted = Math.max(0, ...[...used].map((index) => index + 1))
  if (values.length && (wanted !== values.length || used.size !== wanted)) {
    const has = `The script has ${used.size} placeholder${used.size === 1 ? '' : 's'}`
    throw new PermanentError(
      'WrongScriptArguments',
      `${has}, but scriptArgument gives ${values.length} value${values.length === 1 ? '' : 's'}.`,
    )
  }
  return statements
}

/** The statements of a script in order, empty ones left out. */
export function splitStatements(script: string, dialect: Dialect): string[] {
  const statements: string[] = []
  let start = 0
  for (const { 0: token, index } of script.matchAll(tokens[dialect])) {
    if (token !== ';') continue
    statements.push(script.slice(start, index))
    start = index + 1
  }
  statements.push(script.slice(start))
  return statements
    .map((text) => text.trim())
    .filter((text) => text.replace(tokens[dialect], (token) => (isComment(token) ? '' : token)).trim())
}

/** The statement with `?` as `$1`, `$2` ... where PostgreSQL needs it: for an `insertQuery`, whose values come with each row. */
export function numberPlaceholders(statement: string): string {
  let count = 0
  return statement.replace(tokens.postgresql, (token) => (token === '?' ? `$${(count += 1)}` : token === '??' ? '?' : token))
}

const isComment = (token: string): boolean => /^(--|#|\/\*)/.test(token)

function bind(text: string, values: readonly string[], dialect: Dialect, valueOf: (mark: string) => number): BoundStatement {
  const own: string[] = []
  const bound = text.replace(tokens[dialect], (token) => {
    if (token === '??') return '?'
    if (token !== '?' && !/^\$\d+$/.test(token)) return token
    own.push(values[valueOf(token)] ?? '')
    return dialect === 'postgresql' ? `$${own.length}` : '?'
  })
  return { text: bound, values: own }
}
