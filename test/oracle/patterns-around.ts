import type { Turn } from './turns.ts'

/** How much time around a turn a pattern is looked at for, and how finely. */
export type Lens = 'days' | 'hours' | 'seconds'

const minuteMs = 60_000

/** Texts of cron that tick in what the clocks leave out or show twice, at its edges and around it, written out and with wildcards. */
export function patternsAround({ instant, before, after }: Turn): readonly (readonly [pattern: string, lens: Lens])[] {
  const [low, high] = [instant + Math.min(before, after), instant + Math.max(before, after)]
  const middle = Math.floor((low + high) / 2 / minuteMs) * minuteMs
  const points = [low - minuteMs, low, low + minuteMs, middle, high - minuteMs, high, high + minuteMs].map(fieldsOf)
  const { minute, hour, day, month, weekday } = fieldsOf(middle)
  const [first, last] = [fieldsOf(low), fieldsOf(high)]
  const hours = [...new Set([first.hour, hour, last.hour])].toSorted((a, b) => a - b).join()
  const minutes = [...new Set([first.minute, minute, last.minute])].toSorted((a, b) => a - b).join()
  return [
    ...points.map((point) => [`${point.minute} ${point.hour} * * *`, 'days'] as const),
    [`${minutes} ${hours} * * *`, 'days'],
    ['0,15,30,45 0-23 * * *', 'days'],
    ['0-59 0-23 * * *', 'hours'],
    [`${minute} ${hour} ${day} ${month} *`, 'days'],
    [`${minute} ${hour} * * ${weekday}`, 'days'],
    [`${minute} ${hour} L * *`, 'days'],
    ['0 0 * * *', 'days'],
    ['59 23 * * *', 'days'],
    ['0 * * * *', 'days'],
    ['*/15 * * * *', 'days'],
    [`*/7 ${hour} * * *`, 'days'],
    [`${minute} */2 * * *`, 'days'],
    [`* ${hour} * * *`, 'hours'],
    ['* * * * *', 'hours'],
    [`* * ${day} ${month} *`, 'hours'],
    [`15,45 ${minute} ${hour} * * *`, 'seconds'],
    [`30 ${minutes} ${hours} * * *`, 'seconds'],
    [`*/30 ${minute} * * * *`, 'seconds'],
    [`15 * ${hour} * * *`, 'seconds'],
  ]
}

function fieldsOf(local: number): { minute: number; hour: number; day: number; month: number; weekday: number } {
  const date = new Date(local)
  return {
    minute: date.getUTCMinutes(),
    hour: date.getUTCHours(),
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay(),
  }
}
