import type { ConnectionSettings } from '../spec/handles.ts'

/** `insert into T [(columns)] values (?, ...)` and nothing else: what a bulk load can do instead. */
export interface PlainInsert {
  readonly schema?: string
  readonly table: string
  /** Absent when the statement names none: all columns in the table's order. */
  readonly columns?: readonly string[]
  readonly width: number
}

const name = /(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/.source
const shape = new RegExp(
  `^\\s*insert\\s+into\\s+(?:(${name})\\s*\\.\\s*)?(${name})\\s*(?:\\(\\s*(${name}(?:\\s*,\\s*${name})*)\\s*\\))?\\s*values\\s*\\(\\s*(\\?(?:\\s*,\\s*\\?)*)\\s*\\)\\s*;?\\s*$`,
  'i',
)

/** The parts of a plain insert; undefined for any other statement, which is then run row by row as it is. */
export function readPlainInsert(sql: string, dialect: ConnectionSettings['dialect']): PlainInsert | undefined {
  const [, schema, table, columns, marks] = shape.exec(sql) ?? []
  if (table === undefined || marks === undefined) return undefined
  const bare = (text: string) => unquoted(text, dialect)
  return {
    schema: schema === undefined ? undefined : bare(schema),
    table: bare(table),
    columns: columns?.match(new RegExp(name, 'g'))?.map(bare),
    width: marks.split(',').length,
  }
}

/** PostgreSQL folds names without quotes to lower case. */
function unquoted(text: string, dialect: ConnectionSettings['dialect']): string {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"')
  if (text.startsWith('`')) return text.slice(1, -1).replaceAll('``', '`')
  return dialect === 'postgresql' ? text.toLowerCase() : text
}
