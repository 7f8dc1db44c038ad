import { formatDateTime } from '../../spec/date-time.ts'

/** An interval's start as short as it can be said: the day alone when it begins at midnight. UTC. */
export function formatInterval(start: Date): string {
  return formatDateTime(start).replace('T00:00:00', '')
}

/** `HH:MM:SS` in UTC, for lines of the same day. */
export function formatClock(instant: Date): string {
  return instant.toISOString().slice(11, 19)
}
