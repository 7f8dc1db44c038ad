import { SluiceError } from '../errors.ts'
import { parsePeriod, periodMs } from '../spec/period.ts'

/** How long the history of runs is kept: what is older than one or, oldest first, beyond the other goes. Without both it is kept for ever. */
export interface Retention {
  /** As it was said. */
  readonly text: string
  readonly ageMs?: number
  readonly bytes?: number
}

const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 }

/** `90 days`, `20 GB`, both with a comma between, or `forever`.
 *  @throws SluiceError (exit code 2) when it is none of these. */
export function readRetention(text: string): Retention {
  if (/^\s*(forever|none)\s*$/i.test(text)) return { text: 'forever' }
  const parts = text.split(',').map((part) => readPart(part.trim()))
  const ages = parts.flatMap(({ ageMs }) => ageMs ?? [])
  const sizes = parts.flatMap(({ bytes }) => bytes ?? [])
  if (ages.length > 1 || sizes.length > 1 || ages.length + sizes.length < parts.length) throw wrong(text)
  return { text: text.trim(), ...(ages.length > 0 && { ageMs: ages[0] }), ...(sizes.length > 0 && { bytes: sizes[0] }) }
}

function readPart(part: string): Pick<Retention, 'ageMs' | 'bytes'> {
  const period = parsePeriod(part)
  if (period && period.count > 0) return { ageMs: periodMs(period) }
  const [, count = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([MGT]i?B)$/i.exec(part) ?? []
  const bytes = Number(count) * (units[unit.toUpperCase()] ?? 0)
  return bytes > 0 ? { bytes } : {}
}

function wrong(text: string): SluiceError {
  return new SluiceError(`"${text}" is no retention.`, {
    exitCode: 2,
    hint: 'Say how old, or how large, the history of runs may become: "90 days", "20 GB", "90 days, 20 GB", or "forever".',
  })
}

/** A year in thirteen windows of four weeks: few enough that a question that goes over all of them does not feel it. */
const windowsKept = 12

/** How long rows come to one window, and how large it may grow: a twelfth of what is kept, so that a purge takes little more than it has to. */
export function windowOf({ ageMs, bytes }: Retention): { readonly spanMs: number; readonly bytes: number | undefined } {
  const quarter = 90 * 86_400_000
  return {
    spanMs: Math.max(1000, Math.min(quarter, ageMs === undefined ? quarter : ageMs / windowsKept)),
    bytes: bytes === undefined ? undefined : bytes / windowsKept,
  }
}
