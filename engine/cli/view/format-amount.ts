import type { Progress } from '../../spec/context.ts'
import { formatBytes } from '../../support/format-bytes.ts'

/** How far a task is, in words: `12,000 rows of 30,000, 3.4 MB, copying`. Empty when nothing is known. */
export function formatProgress({ rows, bytes, rowsTotal, bytesTotal, note }: Progress): string {
  return [amount(rows, rowsTotal, formatRows), amount(bytes, bytesTotal, formatBytes), note].filter(Boolean).join(', ')
}

export function formatRows(rows: number): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`
}

export { formatBytes }

function amount(done: number | undefined, total: number | undefined, format: (amount: number) => string): string | undefined {
  if (done === undefined) return undefined
  return total === undefined || total <= done ? format(done) : `${format(done)} of ${format(total)}`
}
