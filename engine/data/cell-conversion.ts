import { PermanentError } from '../errors.ts'
import type { Cell, Column, RowBatch } from '../spec/data-node.ts'
import type { ConnectionSettings } from '../spec/handles.ts'

type Convert = (cell: Cell) => Cell

/** Rows fit for the target's columns: each as wide as it must be, each value spelt as the target reads it.
 *  @throws PermanentError when a value would be rounded or cut: databases do that without a word for numbers and times */
export async function* convertRows(
  batches: AsyncIterable<RowBatch>,
  { from, to, dialect }: { from?: readonly Column[]; to: readonly Column[]; dialect: ConnectionSettings['dialect'] },
): AsyncGenerator<RowBatch> {
  const convert = to.map((column, index) => conversion(from?.[index]?.type, column.type, dialect))
  let before = 0
  for await (const batch of batches) {
    yield batch.map((row, index) => convertRow(row, convert, to, before + index + 1))
    before += batch.length
  }
}

function convertRow(
  row: readonly Cell[],
  convert: readonly (Convert | undefined)[],
  to: readonly Column[],
  number: number,
): readonly Cell[] {
  if (row.length !== to.length) {
    throw new PermanentError('WrongWidth', `Row ${number} has ${row.length} fields, but the table takes ${to.length}: ${names(to)}.`)
  }
  let cells: Cell[] | undefined
  for (let index = 0; index < row.length; index++) {
    const cell = row[index] ?? null
    const wants = convert[index]
    if (cell === null || !wants) continue
    const wanted = convertCell(cell, wants, to[index]!, number)
    if (wanted !== cell) (cells ??= [...row])[index] = wanted
  }
  return cells ?? row
}

function convertCell(cell: Cell, convert: Convert, { name, type }: Column, number: number): Cell {
  try {
    return convert(cell)
  } catch (error) {
    const shown = typeof cell === 'string' ? `"${cell.slice(0, 60)}"` : 'bytes'
    throw new PermanentError('ValueDoesNotFit', `Row ${number}, column ${name}: ${shown} ${(error as Error).message} (${type}).`)
  }
}

const names = (columns: readonly Column[]): string => columns.map(({ name }) => name).join(', ')

function conversion(from: string | undefined, to: string, dialect: ConnectionSettings['dialect']): Convert | undefined {
  const respell = dialect === 'mysql' ? mysqlSpelling(from, to) : undefined
  const verify = from === to ? undefined : verifierOf(to)
  if (!verify) return respell
  return (cell) => {
    const value = respell ? respell(cell) : cell
    if (typeof value === 'string') verify(value)
    return value
  }
}

/** What PostgreSQL prints in its own way. Bytes in text files are `\x` and hexadecimal digits. */
function mysqlSpelling(from: string | undefined, to: string): Convert | undefined {
  if (to === 'bytea') return (cell) => (typeof cell === 'string' ? toBytes(cell) : cell)
  if (from === 'boolean') return (cell) => (cell === 't' ? '1' : cell === 'f' ? '0' : cell)
  if (/^timestamp|^date/.test(to)) return (cell) => (typeof cell === 'string' ? cell.replace(/(\d)(?:\+00(?::?00)?|Z)$/, '$1') : cell)
  return undefined
}

function toBytes(text: string): Buffer {
  return /^\\x(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text)
}

/** A function that throws for a value that the database itself would round or cut for the type; undefined for types where it refuses. */
export function verifierOf(type: string): ((text: string) => void) | undefined {
  const [, scale] = /^numeric\(\d+,\s*(-?\d+)\)/.exec(type) ?? []
  if (scale !== undefined) return (text) => checkScale(text, Number(scale))
  if (type === 'date') return checkDate
  const [, digits] = /^time(?:stamp)?(?:\((\d)\))? with/.exec(type) ?? []
  const precision = digits ?? (type.startsWith('time') ? '6' : undefined)
  return precision === undefined ? undefined : (text) => checkFraction(text, Number(precision))
}

function checkScale(text: string, scale: number): void {
  const [, fraction = '', exponent = '0'] = /^\s*[-+]?\d*(?:\.(\d*?)0*)?(?:e([-+]?\d+))?\s*$/i.exec(text) ?? []
  if (fraction.length - Number(exponent) > scale && /[1-9]/.test(text)) throw new Error('would be rounded')
}

function checkDate(text: string): void {
  if (/\d[T ]\d{1,2}:/i.test(text) && !/[T ]0?0:00(:00(\.0*)?)?\s*(Z|\+00(:?00)?)?$/i.test(text))
    throw new Error('would lose its time of day')
}

function checkFraction(text: string, precision: number): void {
  const [, fraction = ''] = /:\d{1,2}\.(\d*?)0*(?:\D|$)/.exec(text) ?? []
  if (fraction.length > precision) throw new Error('would be rounded')
}
