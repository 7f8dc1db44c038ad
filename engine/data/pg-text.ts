import type { Cell, RowBatch } from '../spec/data-node.ts'

const unsafe = /[\\\t\n\r]/g
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const unescapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** One row as a line of PostgreSQL's COPY text format, which is also what LOAD DATA reads: tabs between, `\N` for NULL. */
export function pgTextLine(row: readonly Cell[]): string {
  let line = pgTextField(row[0] ?? null)
  for (let index = 1; index < row.length; index++) line += `\t${pgTextField(row[index] ?? null)}`
  return `${line}\n`
}

function pgTextField(cell: Cell): string {
  if (cell === null) return '\\N'
  if (typeof cell !== 'string') return `\\\\x${cell.toString('hex')}`
  return needsEscape(cell) ? cell.replace(unsafe, (found) => escapes[found]!) : cell
}

const needsEscape = (text: string): boolean => text.includes('\\') || text.includes('\n') || text.includes('\t') || text.includes('\r')

/** The rows of COPY text output, one batch a chunk. Columns at the places in `bytes` become buffers. */
export async function* readPgText(chunks: AsyncIterable<Buffer>, bytes: ReadonlySet<number>): AsyncGenerator<RowBatch> {
  let carry: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const data = carry.length ? Buffer.concat([carry, chunk]) : chunk
    const end = data.lastIndexOf(10) + 1
    carry = data.subarray(end)
    if (end) yield lines(data.toString('utf8', 0, end), bytes)
  }
  if (carry.length) throw new Error('The data ended in the middle of a row.')
}

function lines(text: string, bytes: ReadonlySet<number>): Cell[][] {
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => fieldsOf(line, bytes))
}

function fieldsOf(line: string, bytes: ReadonlySet<number>): Cell[] {
  const fields: Cell[] = line.split('\t')
  if (!line.includes('\\')) return fields
  return fields.map((field, index) => cellOf(field as string, bytes.has(index)))
}

function cellOf(field: string, isBytes: boolean): Cell {
  if (field === '\\N') return null
  if (isBytes) return Buffer.from(field.slice(3), 'hex') // `\\x`, its backslash doubled by COPY
  return field.includes('\\') ? field.replace(/\\(.)/gs, (_, char: string) => unescapes[char] ?? char) : field
}
