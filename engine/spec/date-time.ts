const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?Z?)?$/

/** The UTC instant of `YYYY-MM-DDTHH:MM:SS`; seconds and time may be left out, a trailing `Z` may stand. Undefined for anything else,
 *  days that do not exist and other zone offsets included.
 *  @see spec/behaviour.md 2 */
export function parseDateTime(text: string): Date | undefined {
  const match = pattern.exec(text.trim())
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const instant = new Date(0)
  instant.setUTCFullYear(year, month - 1, day)
  instant.setUTCHours(hour, minute, second)
  const exists = instant.getUTCMonth() === month - 1 && instant.getUTCDate() === day
  return exists ? instant : undefined
}

/** `YYYY-MM-DDTHH:MM:SS` in UTC: the form of every id and field; fractions of a second are cut. */
export function formatDateTime(instant: Date): string {
  return instant.toISOString().slice(0, 19)
}
