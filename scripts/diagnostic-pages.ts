import { existsSync, readFileSync } from 'node:fs'
import { checkEdits } from '../engine/definition/check-edits.ts'
import { diagnosticCodes } from '../engine/definition/codes/index.ts'
import type { CodePage } from '../engine/definition/codes/code-page.ts'
import { compileDefinition } from '../engine/definition/compile.ts'
import { formatDiagnostic, type Diagnostic } from '../engine/definition/diagnostic.ts'
import { readDefinition } from '../engine/definition/read-definition.ts'
import type { Catalog } from '../engine/spec/catalog.ts'

const fixtures = new URL('../test/fixtures/definitions/', import.meta.url)

/** Every file of docs/diagnostics by its name: a page a code, with the bad fixture of that name as its example, and an index. */
export function diagnosticPages(catalog: Catalog): Map<string, string> {
  const codes = [...diagnosticCodes].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const index = codes.map(([code, { title }]) => `* [${code}](${code}.md): ${title}.`)
  const head = '# Diagnostics\n\nGenerated from the table of codes by `npm run reference`. On the terminal: `sluice explain CODE`.\n\n'
  return new Map([
    ...codes.map(([code, page]): [string, string] => [`${code}.md`, pageOf(code, page, exampleOf(code, catalog))]),
    ['index.md', `${head}${index.join('\n')}\n`],
  ])
}

function pageOf(code: string, { title, why, cure }: CodePage, example: Example | undefined): string {
  const parts = [`# ${code}`, `${title}.`, why, `**What to do:** ${cure}`]
  if (!example) return `${parts.join('\n\n')}\n`
  const { text, form, printed } = example
  return `${[...parts, '## Example', `\`\`\`${form}\n${text.trimEnd()}\n\`\`\``, `\`\`\`text\n${printed}\n\`\`\``].join('\n\n')}\n`
}

interface Example {
  readonly text: string
  readonly form: 'yaml' | 'json'
  readonly printed: string
}

/** What `sluice validate` says of the fixture; none where the fixture is generated or too large to look at. */
function exampleOf(code: string, catalog: Catalog): Example | undefined {
  const form = existsSync(new URL(`bad/${code}.json`, fixtures)) ? 'json' : 'yaml'
  const file = new URL(`bad/${code}.${form}`, fixtures)
  if (!existsSync(file)) return undefined
  const source = readFileSync(file, 'utf8')
  const text = withoutMarks(source)
  if (text.split('\n').length > 30 || /.{200}/.test(text)) return undefined
  const printed = diagnose(text, { source, form }, catalog).filter((diagnostic) => diagnostic.code === code)
  return { text, form, printed: printed.map(formatDiagnostic).join('\n') }
}

/** The marks are for the tests. */
function withoutMarks(source: string): string {
  return source
    .replaceAll(/^# (expect|also|strict|values|against)\b.*\n/gm, '')
    .replaceAll(/, "myComment": "expect [\d:]+"|^ *"metadata": .*\n/gm, '')
}

function diagnose(text: string, { source, form }: { source: string; form: 'yaml' | 'json' }, catalog: Catalog): Diagnostic[] {
  const { definition, diagnostics } = readDefinition(text, `pipeline.${form}`)
  if (!definition) return diagnostics
  const values = JSON.parse(/# values (.+)/.exec(source)?.[1] ?? '{}') as Record<string, string[]>
  const active = /^# against (.+)$/m.exec(source)?.[1]
  const before = active && readDefinition(readFileSync(new URL(`${active}.yaml`, fixtures), 'utf8'), active).definition
  return [
    ...diagnostics,
    ...compileDefinition(definition, catalog, {
      values,
      form,
      strict: /^# strict$/m.test(source),
      purpose: 'reading',
      now: new Date('2026-11-01'),
    }).diagnostics,
    ...(before ? checkEdits(before, definition, catalog) : []),
  ]
}
