import { describe, expect, test } from 'vitest'
import { tickTable } from '../../engine/spec/tick-table.ts'
import { isCron, readCron, type Cron } from '../../engine/spec/cron.ts'
import { ClockReadings, wallClock } from '../support/cron-oracle.ts'

const dayMs = 86_400_000

function cronOf(text: string, zone?: string): Cron {
  const cron = readCron(text, zone)
  if (!isCron(cron)) throw new Error(`${text}: ${cron.message}`)
  return cron
}

function* ticksFrom(cron: Cron, from: number): Generator<number> {
  const table = tickTable(cron, new Date(from))
  for (let index = 0; ; index++) {
    const tick = table.at(index)
    if (!tick) return
    yield tick.getTime()
  }
}

/** Ticks in UTC, with minutes. */
function ticks(text: string, zone: string, from: string, count: number): string[] {
  const all = ticksFrom(cronOf(text, zone), Date.parse(`${from}Z`))
  return [...all.take(count)].map((tick) => new Date(tick).toISOString().slice(0, 16))
}

describe('a time of day that does not exist', () => {
  test('is the moment at which the clocks jump, when the times are written out', () => {
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ])
  })

  test('shares that moment with others that do not exist, and with one that is there then', () => {
    expect(ticks('0,30 2,3 * * *', 'Europe/Berlin', '2026-03-29T00:00', 3)).toEqual([
      '2026-03-29T01:00',
      '2026-03-29T01:30',
      '2026-03-30T00:00',
    ])
  })

  test('is no tick when there is a wildcard or a step in the times: the clocks never show it', () => {
    expect(ticks('*/30 * * * *', 'Europe/Berlin', '2026-03-29T00:30', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ])
    expect(ticks('*/30 2 * * *', 'Europe/Berlin', '2026-03-29T00:00', 1)).toEqual(['2026-03-30T00:00'])
  })

  test('is over for a schedule that begins after the jump, but not at it', () => {
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:01', 1)).toEqual(['2026-03-30T00:30'])
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00', 1)).toEqual(['2026-03-29T01:00'])
  })

  test('is also kept when the clocks jump over midnight', () => {
    expect(ticks('30 23 * * *', 'Asia/Dhaka', '2009-06-18T00:00', 3)).toEqual(['2009-06-18T17:30', '2009-06-19T17:00', '2009-06-20T16:30'])
  })

  test('is no tick on a date that does not exist', () => {
    expect(ticks('0 10 * * *', 'Pacific/Apia', '2011-12-29T00:00', 2)).toEqual(['2011-12-29T20:00', '2011-12-30T20:00'])
  })
})

describe('a time of day that occurs twice', () => {
  test('is the first of the two, when the times are written out', () => {
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-10-24T00:00', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
  })

  test('is over for a schedule that begins between the two', () => {
    expect(ticks('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:00', 1)).toEqual(['2026-10-26T01:30'])
  })

  test('is two ticks when there is a wildcard or a step in the times: the clocks show it twice', () => {
    expect(ticks('0 * * * *', 'Europe/Berlin', '2026-10-24T23:30', 4)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ])
  })

  test('comes in the order of time where the clocks turn back over midnight', () => {
    const found = ticks('*/20 0,23 * * *', 'America/St_Johns', '2010-11-07T02:20', 7)
    expect(found).toEqual(found.toSorted())
    expect(found[0]).toBe('2010-11-07T02:30')
  })
})

/** Zones whose clocks turn by an hour, half an hour, two hours; at midnight, one past it, at noon of UTC; in either hemisphere; never. */
const turns: readonly (readonly [zone: string, near: string])[] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Antarctica/Troll', '2026-03-29'],
  ['America/St_Johns', '2010-11-07'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['Asia/Beirut', '2026-03-29'],
  ['Africa/Casablanca', '2026-03-22'],
  ['Asia/Dhaka', '2009-06-19'],
  ['America/Scoresbysund', '2024-03-31'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Chatham', '2026-09-27'],
  ['Asia/Pyongyang', '2015-08-15'],
  ['America/Caracas', '2016-05-01'],
  ['Asia/Kathmandu', '2026-01-01'],
]

const patterns = [
  '30 2 * * *',
  '0,30 1-3 * * *',
  '0 0 * * *',
  '59 23 * * *',
  '*/20 * * * *',
  '15 */2 * * *',
  '45 0-3 * * *',
  '* 2 * * *',
  '0 12,0 * * *',
]

test.each(turns)('around a turn of the clocks in %s (%s) the ticks are those of a clock that is read every minute', (zone, near) => {
  const from = Date.parse(`${near}T00:00Z`) - 2 * dayMs
  const readings = new ClockReadings(wallClock(zone), from, from + 4 * dayMs)
  for (const pattern of patterns) {
    const within = (tick: number): boolean => tick >= from + dayMs / 2 && tick < from + 3.5 * dayMs
    const found = [...ticksFrom(cronOf(pattern, zone), from + dayMs / 2).take(10_000)].filter(within)
    expect({ pattern, found }).toEqual({ pattern, found: readings.ticks(pattern).filter(within) })
  }
})

describe('the calendar', () => {
  test.each([
    ['0 6 * * 1-5', ['2026-01-01T06:00', '2026-01-02T06:00', '2026-01-05T06:00']],
    ['0 0 L * *', ['2026-01-31T00:00', '2026-02-28T00:00', '2026-03-31T00:00']],
    ['0 0 29 2 *', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
    ['0 0 13 * 5', ['2026-01-02T00:00', '2026-01-09T00:00', '2026-01-13T00:00']],
    ['0 0 13 * +5', ['2026-02-13T00:00', '2026-03-13T00:00', '2026-11-13T00:00']],
    ['0 0 * * 5#2', ['2026-01-09T00:00', '2026-02-13T00:00', '2026-03-13T00:00']],
    ['15 30 8 1 JAN,jul ?', ['2026-01-01T08:30', '2026-07-01T08:30', '2027-01-01T08:30']],
  ])('%s', (text, expected) => {
    expect(ticks(text, 'UTC', '2026-01-01T00:00', 3)).toEqual(expected)
  })
})

describe('a table of ticks', () => {
  test.each(['*/7 * * * *', '30 2 * * *', '0 0 1 * *', '*/13 * * * * *'])('%s: number and instant are each other’s inverse', (text) => {
    const start = new Date('2026-03-27T12:00:00Z')
    const table = tickTable(cronOf(text, 'Europe/Berlin'), start)
    const walked = [...ticksFrom(cronOf(text, 'Europe/Berlin'), start.getTime()).take(20_000)]
    for (let index = 0; index < walked.length; index += 61) {
      const tick = walked[index]!
      expect(table.at(index)?.getTime()).toBe(tick)
      expect(table.numberFrom(new Date(tick))).toBe(index)
      expect(table.numberFrom(new Date(tick - 1))).toBe(index)
      expect(table.numberFrom(new Date(tick + 1))).toBe(index + 1)
    }
    expect(table.numberFrom(new Date(0))).toBe(0)
  })

  test('shares what is known with others of its text and decade, and asks no clock again', () => {
    let asked = 0
    const cron = cronOf('0 6 * * *', 'Asia/Tokyo')
    const counting = { ...cron, clock: { ...cron.clock, offsetMs: (instant: number) => (asked++, cron.clock.offsetMs(instant)) } }
    expect(tickTable(counting, new Date('2020-01-01T00:00:00Z')).at(4000)).toEqual(new Date('2030-12-14T21:00:00Z'))
    const before = asked
    expect(tickTable(counting, new Date('2029-12-30T22:00:00Z')).at(0)).toEqual(new Date('2029-12-31T21:00:00Z'))
    expect(asked).toBe(before)
  })

  test('ticks of 900 years need no clock beyond those of 130, since the rules repeat themselves', () => {
    let latest = 0
    const cron = cronOf('0 6 * * *', 'Europe/Berlin')
    const offsetMs = (instant: number): number => ((latest = Math.max(latest, instant)), cron.clock.offsetMs(instant))
    const table = tickTable({ ...cron, clock: { ...cron.clock, offsetMs } }, new Date('2020-01-01T00:00:00Z'))
    expect(table.numberFrom(new Date('9999-12-31T00:00:00Z'))).toBe(357_938)
    expect(table.at(357_937)).toEqual(new Date('2999-12-31T05:00:00Z'))
    expect(new Date(latest).getUTCFullYear()).toBe(2129)
  })

  test('knows a tick among hundreds of millions without walking over each', () => {
    let asked = 0
    const cron = cronOf('* * * * * *')
    const counting = { ...cron, timeOfDay: (index: number) => (asked++, cron.timeOfDay(index)) }
    const table = tickTable(counting, new Date('2016-01-01T00:00:00Z'))
    expect(table.at(315_619_199)).toEqual(new Date('2025-12-31T23:59:59Z'))
    expect(asked).toBeLessThan(500_000)
  })

  test('ends where no tick comes any more', () => {
    const table = tickTable(cronOf('0 0 31 12 *'), new Date('2997-01-01T00:00:00Z'))
    expect([table.at(2), table.at(3)]).toEqual([new Date('2999-12-31T00:00:00Z'), undefined])
    expect(table.numberFrom(new Date('3500-01-01T00:00:00Z'))).toBe(3)
  })
})

describe('what is no cron', () => {
  test.each([
    ['', 'has 0 fields, but cron has five, or six with seconds.'],
    ['* * * *', 'has 4 fields, but'],
    ['* * * * * * 2026', 'has 7 fields, but'],
    ['@daily', 'has 1 field, but'],
    ['60 * * * *', 'has "60" for the minute, which cron does not know.'],
    ['0 0 32 * *', 'has "32" for the day of the month, which'],
    ['0 0 * 13 *', 'has "13" for the month, which'],
    ['0 0 * * MONDAY', 'has "MONDAY" for the day of the week, which'],
    ['*/0 * * * *', 'has "*/0" for the minute, which'],
    ['99 0 0 * * *', 'has "99" for the second, which'],
    ['H * * * *', 'has "H" for the minute, which'],
  ])('%j', (text, message) => {
    expect(readCron(text)).toMatchObject({ what: 'cron', message: expect.stringContaining(message) })
  })

  test('a nickname is told what to write', () => {
    expect(readCron('@daily')).toMatchObject({ hint: 'Write it as 0 0 * * *.' })
  })

  test.each(['', 'Europe/Atlantis', 'CEST+1', 'Mars'])('a zone "%s"', (zone) => {
    expect(readCron('* * * * *', zone)).toMatchObject({ what: 'timeZone', message: `is "${zone}", which is no time zone.` })
  })
})
