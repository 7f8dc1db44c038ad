import { describe, expect, test } from 'vitest'
import { dueTimeOf, instancesOf } from '../../engine/scheduler/forecast/count-instances.ts'
import { dependencyOrder } from '../../engine/scheduler/forecast/dependency-order.ts'
import { forecast, type Forecast } from '../../engine/scheduler/forecast/forecast.ts'
import { usualWindow } from '../../engine/scheduler/forecast/usual-window.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { compiled } from '../support/scheduled-pipeline.ts'

const catalog = await loadCatalog()
const now = new Date('2026-03-10T12:34:56.789Z')
const time = (text: string): Date => new Date(`${text}${text.includes('T') ? '' : 'T00:00:00'}Z`)

async function forecastOf(yaml: string, from: string, to: string, limit = 2000): Promise<Forecast> {
  return forecast(await compiled(yaml), catalog, { from: time(from), to: time(to) }, limit)
}

async function windowOf(yaml: string, asked: { from?: string; to?: string } = {}): Promise<string> {
  const definition = await compiled(yaml)
  const window = usualWindow(definition, catalog, {
    now,
    from: asked.from ? time(asked.from) : undefined,
    to: asked.to ? time(asked.to) : undefined,
  })
  return `${window.from.toISOString().slice(0, 19)} ${window.to.toISOString().slice(0, 19)}`
}

const keys = ({ listed }: Forecast) => listed.map(({ row }) => row.key.replace(/^@|:00:00$/g, ''))
const counts = ({ tracks }: Forecast) => Object.fromEntries(tracks.map((track) => [track.name, instancesOf(track)]))

const schedules = `
schedules:
  hourly: { period: 1 hour, startDateTime: 2026-01-01 }
  daily: { period: 1 day, startDateTime: 2026-01-01 }
  secondly: { period: 1 second, startDateTime: 2026-01-01 }
  atActivation: { period: 1 hour, startAt: FIRST_ACTIVATION_DATE_TIME, occurrences: 3 }
`
const shell = "type: ShellCommandActivity, command: 'true'"
const chain = `${schedules}
defaults: { schedule: daily }
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }
preconditions: { p: { type: S3KeyExists, s3Key: s3://b/k } }
activities: { z: { ${shell}, input: n }, a: { ${shell}, output: n, precondition: p } }
`

test('what becomes due from one instant until the other, which is not included, is there once', async () => {
  const plan = await forecastOf(chain, '2026-01-03', '2026-01-05')
  expect(keys(plan)).toEqual(
    ['p_2026-01-02T00', 'a_2026-01-02T00', 'n_2026-01-02T00', 'z_2026-01-02T00'].concat([
      'p_2026-01-03T00',
      'a_2026-01-03T00',
      'n_2026-01-03T00',
      'z_2026-01-03T00',
    ]),
  )
  expect(plan.intervals).toBe(2)
})

test('an instance knows what it waits for', async () => {
  const { listed } = await forecastOf(chain, '2026-01-03', '2026-01-04')
  expect(listed.map(({ waitsFor }) => waitsFor.map(({ row, kind }) => `${kind} ${row.component}`))).toEqual([
    [],
    ['precondition p'],
    ['output a'],
    ['input n'],
  ])
})

test('a schedule that begins at activation begins with the window', async () => {
  const plan = await forecastOf(
    `${schedules}defaults: { schedule: atActivation }\nactivities: { a: { ${shell} } }`,
    '2030-05-05T05:30:00',
    '2031-01-01',
  )
  expect(plan.listed.map(({ row }) => row.key)).toEqual(['@a_2030-05-05T05:30:00', '@a_2030-05-05T06:30:00', '@a_2030-05-05T07:30:00'])
})

test('as many instances as the limit says are listed', async () => {
  expect((await forecastOf(chain, '2026-01-03', '2026-01-04', 4)).abridged).toBe(false)
  expect((await forecastOf(chain, '2026-01-03', '2026-01-04', 3)).abridged).toBe(true)
})

test('on demand there is one execution, at the beginning of the window', async () => {
  const plan = await forecastOf(`defaults: { scheduleType: ondemand }\nactivities: { a: { ${shell} } }`, '2026-05-05', '2027-01-01')
  expect(keys(plan)).toEqual(['a_2026-05-05T00'])
})

const mixed = `${schedules}
defaults: { schedule: hourly }
resources: { m: { type: Ec2Resource, schedule: daily } }
preconditions: { p: { type: ShellCommandPrecondition, command: 'true' } }
activities:
  a: { ${shell}, runsOn: m, precondition: p }
  b: { ${shell}, schedule: daily, dependsOn: a, precondition: p }
  c: { ${shell}, schedule: hourly, scheduleType: cron }
`

test('an instance of another interval, for which the plan only keeps a place, is told as such and not counted', async () => {
  const plan = await forecastOf(mixed, '2026-01-02', '2026-01-02T01:00:00')
  const b = plan.listed.find(({ row }) => row.component === 'b')
  expect(b?.waitsFor.filter(({ row }) => row.component === 'a')).toHaveLength(24)
  // the day begins, and the last hour of the day before still runs on that day’s machine
  expect(counts(plan)).toEqual({ m: 2, a: 1, 'p (for a)': 1, b: 1, 'p (for b)': 1, c: 1 })
})

test('a resource comes before what runs on it, also when only that brings it into the window', async () => {
  const { tracks } = await forecastOf(mixed, '2026-01-03T05:00:00', '2026-01-03T06:00:00')
  expect(tracks.map(({ name }) => name)).toEqual(['p (for a)', 'm', 'a', 'c'])
})

test.each([
  ['a chain', chain, '2026-01-01', '2026-01-20'],
  ['several schedules and types', mixed, '2026-01-03T05:00:00', '2026-01-08T07:00:00'],
  ['a window within one interval', mixed, '2026-01-03T05:00:00', '2026-01-03T07:00:00'],
])('the counts of %s are those of its instances, listed or not', async (_, yaml, from, to) => {
  const [whole, abridged] = [await forecastOf(yaml, from, to), await forecastOf(yaml, from, to, 1)]
  expect([whole.abridged, abridged.abridged]).toEqual([false, true])
  const found = Object.groupBy(whole.listed, ({ row }) =>
    row.family === 'precondition' ? `${row.component} (for ${row.referrer})` : row.component,
  )
  expect(Object.fromEntries(Object.entries(found).map(([name, rows]) => [name, rows?.length]))).toEqual(counts(whole))
  expect(counts(abridged)).toEqual(counts(whole))
  expect(abridged.tracks.map(({ name }) => name)).toEqual(whole.tracks.map(({ name }) => name))
})

test('a year of seconds is counted, and only its first interval listed', async () => {
  const plan = await forecastOf(`${schedules}defaults: { schedule: secondly }\nactivities: { a: { ${shell} } }`, '2026-01-01', '2027-01-01')
  expect(counts(plan)).toEqual({ a: 365 * 86_400 - 1 })
  expect(keys(plan)).toEqual(['a_2026-01-01T00'])
})

test('an interval that waits for a day of seconds is refused, since it cannot be listed', async () => {
  const yaml = `${schedules}dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, schedule: daily } }\nactivities: { a: { ${shell}, schedule: secondly, output: n } }`
  await expect(forecastOf(yaml, '2026-01-02', '2026-01-03')).rejects.toThrow('One interval of n waits for more than 10000 of a.')
})

test.each([
  ['between two due times', '2026-01-01T12:00:00', '2026-01-01T13:00:00', 'The next interval of daily is due at 2026-01-02T00:00:00'],
  ['after the end', '2026-02-01', '2026-02-02', 'The schedule daily is over: its last interval was due at 2026-01-03T00:00:00.'],
])('nothing due %s is an error that says when there is', async (_, from, to, hint) => {
  const yaml = `schedules: { daily: { period: 1 day, startDateTime: 2026-01-01, occurrences: 2 } }\ndefaults: { schedule: daily }\nactivities: { a: { ${shell} } }`
  await expect(forecastOf(yaml, from, to)).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^Nothing becomes due from/),
    hint: expect.stringContaining(hint),
  })
})

describe('the usual window', () => {
  const scheduled = (fields: string, type = 'timeseries') =>
    `schedules: { s: { ${fields} } }\ndefaults: { schedule: s, scheduleType: ${type} }\nactivities: { a: { ${shell} } }`
  test.each([
    [
      'a start and an end: all of it',
      'period: 1 day, startDateTime: 2001-01-01, occurrences: 3',
      'timeseries',
      '2001-01-01T00:00:00 2001-01-04T00:00:01',
    ],
    [
      'of type cron',
      'period: 1 day, startDateTime: 2001-01-01, endDateTime: 2001-01-04',
      'cron',
      '2001-01-01T00:00:00 2001-01-03T00:00:01',
    ],
    ['no end: one period from now', 'period: 1 day, startDateTime: 2001-01-01', 'timeseries', '2026-03-10T12:34:56 2026-03-12T00:00:00'],
    [
      'cron: one interval from now',
      'cron: 0 6 * * 1-5, timeZone: Europe/Berlin, startDateTime: 2001-01-01',
      'cron',
      '2026-03-10T12:34:56 2026-03-12T05:00:00',
    ],
    ['not begun yet: its first period', 'period: 1 day, startDateTime: 2027-01-01', 'cron', '2027-01-01T00:00:00 2027-01-02T00:00:00'],
    ['begun by activation', 'period: 1 day, startAt: FIRST_ACTIVATION_DATE_TIME', 'cron', '2026-03-10T12:34:56 2026-03-11T12:34:56'],
    [
      'begun by activation, with an end',
      'period: 1 day, startAt: FIRST_ACTIVATION_DATE_TIME, occurrences: 2',
      'timeseries',
      '2026-03-10T12:34:56 2026-03-12T12:34:57',
    ],
  ])('of a schedule with %s', async (_, fields, type, expected) => {
    const yaml = scheduled(fields, type)
    expect(await windowOf(yaml)).toBe(expected)
    const [from = '', to = ''] = expected.split(' ')
    expect((await forecastOf(yaml, from, to)).listed.length).toBeGreaterThan(0)
  })

  test('what is given stays', async () => {
    expect(
      await windowOf(scheduled('period: 1 day, startDateTime: 2001-01-01, occurrences: 3'), { from: '2001-01-02', to: '2001-01-03' }),
    ).toBe('2001-01-02T00:00:00 2001-01-03T00:00:00')
  })
})

describe('dependency order', () => {
  const order = (names: string, edges: Record<string, string>) =>
    dependencyOrder(names.split(''), new Map(Object.entries(edges).map(([name, before]) => [name, new Set(before.split(''))]))).join('')
  test.each([
    ['what is needed comes first, close to what needs it', 'cxabd', { c: 'ab', d: 'c' }, 'abcxd'],
    ['no edges: as given', 'cab', {}, 'cab'],
    ['a diamond', 'dcba', { d: 'cb', c: 'a', b: 'a' }, 'acbd'],
    ['a circle ends', 'ab', { a: 'b', b: 'a' }, 'ba'],
    ['names that are not there', 'a', { a: 'x' }, 'a'],
  ])('%s', (_, names, edges, expected) => {
    expect(order(names, edges)).toBe(expected)
  })

  test('a long chain is no deeper than a short one', () => {
    const names = Array.from({ length: 20_000 }, (_, at) => String(at))
    const before = new Map(names.slice(1).map((name, at) => [String(at), new Set([name])]))
    expect(dependencyOrder(names, before)[0]).toBe('19999')
  })
})

describe('hostile schedules take no longer to plan than others: going through their intervals would never end', () => {
  test.each([
    ['period: 1 second, startDateTime: 1970-01-01', 31_536_000],
    ['period: 1 second, startDateTime: 0001-01-01, endDateTime: 9999-12-31', 31_536_000],
    ['cron: "* * * * * *", timeZone: Europe/Berlin, startDateTime: 1970-01-01, endDateTime: 9999-12-31', 31_536_000],
    ['period: 1 second, startDateTime: 1970-01-01, occurrences: 2147483648', 31_536_000],
    ['cron: "0 6 * * *", startDateTime: 1970-01-01, occurrences: 2147483648', 365],
    ['period: 1 month, startDateTime: 1970-01-31, endDateTime: 9999-12-31', 12],
    ['cron: "0 0 29 2 1#5", timeZone: Europe/Berlin, startDateTime: 1970-01-01', 0],
  ])('%s: a year of it', async (schedule, expected) => {
    const yaml = `
schedules: { s: { ${schedule} }, other: { period: 1 year, startDateTime: 2025-06-01 } }
activities: { a: { ${shell}, schedule: s }, b: { ${shell}, schedule: other } }
`
    expect(counts(await forecastOf(yaml, '2026-01-01', '2027-01-01'))).toEqual(expected > 0 ? { a: expected, b: 1 } : { b: 1 })
  })

  test.each([
    ['period: 3 years, startDateTime: 1990-01-01, occurrences: 2147483648', '9997-01-01T00:00:00', 2669],
    ['cron: "0 6 * * *", startDateTime: 1990-01-01, occurrences: 2147483648', '2999-12-31T06:00:00', 368_894],
    ['period: 1 second, startDateTime: 1990-01-01, occurrences: 999999999999', '9999-12-31T23:59:59', 252_771_148_799],
    ['period: 1 second, startDateTime: 1990-01-01, endDateTime: 9999-12-31', '9999-12-31T00:00:00', 252_771_062_400],
  ])('%s: its last interval ends at %s', async (schedule, lastDue, expected) => {
    const yaml = `
schedules: { s: { ${schedule} } }
defaults: { schedule: s }
activities: { a: { ${shell} } }
`
    expect(await windowOf(yaml)).toMatch(/^1990-01-01T00:00:00 /)
    const [from, to] = [time('1990-01-01'), new Date('+010000-01-01T00:00:00Z')]
    const { tracks } = forecast(await compiled(yaml), catalog, { from, to }, 10)
    const [track] = tracks
    expect(track && instancesOf(track)).toBe(expected)
    expect(track && dueTimeOf(track, track.last, from).toISOString().slice(0, 19)).toBe(lastDue)
  })
})
