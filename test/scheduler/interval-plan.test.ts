import { describe, expect, test } from 'vitest'
import { readSchedule } from '../../engine/schedule/read-schedule.ts'
import { intervalAt } from '../../engine/schedule/schedule.ts'
import { planInterval, type IntervalPlan } from '../../engine/scheduler/interval-plan.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { compiled } from '../support/scheduled-pipeline.ts'

const firstActivation = new Date('2026-01-01T00:00:00Z')

/** The plan of interval `index` of `schedule`, or of an on-demand execution. */
async function planned(yaml: string, schedule?: string, type: 'cron' | 'timeseries' = 'timeseries', index = 0): Promise<IntervalPlan> {
  const definition = await compiled(yaml)
  const catalog = await loadCatalog()
  if (schedule === undefined)
    return planInterval(definition, catalog, undefined, { start: firstActivation, end: firstActivation }, firstActivation)
  const rhythm = { schedule: readSchedule(definition, definition.components[schedule]!, firstActivation), type }
  return planInterval(definition, catalog, rhythm, intervalAt(rhythm.schedule, index)!, firstActivation)
}

const keys = ({ rows }: IntervalPlan) => rows.map(({ key }) => key.replace(/^@|:00:00$/g, ''))
const edges = (plan: IntervalPlan) =>
  plan.edges.map(({ producer, consumer, kind }) => `${keys(plan)[producer]} ${kind} ${keys(plan)[consumer]}`)
const row = (plan: IntervalPlan, component: string) => plan.rows.find((each) => each.component === component)

const schedules = `
schedules:
  hourly: { period: 1 hour, startDateTime: 2026-01-01 }
  daily: { period: 1 day, startDateTime: 2026-01-01 }
  late: { period: 1 day, startDateTime: 2026-02-01 }
`
const shell = "type: ShellCommandActivity, command: 'true'"

describe('edges', () => {
  test.each([
    ['dependsOn', `activities: { a: { ${shell} }, b: { ${shell}, dependsOn: a } }`, ['a dependsOn b']],
    ['input', `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }\nactivities: { b: { ${shell}, input: n } }`, ['n input b']],
    ['output', `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }\nactivities: { a: { ${shell}, output: n } }`, ['a output n']],
    [
      'a reader after a writer',
      `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }\nactivities: { a: { ${shell}, output: n }, b: { ${shell}, input: n } }`,
      ['a output n', 'n input b'],
    ],
    [
      'two writers of one node',
      `dataNodes: { n: { type: S3DataNode, filePath: s3://b/k } }\nactivities: { a: { ${shell}, output: n }, b: { ${shell}, output: n } }`,
      ['a output n', 'b output n'],
    ],
    ['none', `activities: { a: { ${shell} }, b: { ${shell} } }`, []],
  ])('%s', async (_, yaml, expected) => {
    const plan = await planned(`defaults: { scheduleType: ondemand }\n${yaml}`)
    expect(edges(plan).map((edge) => edge.replaceAll('_2026-01-01T00', ''))).toEqual(expected)
  })
})

test('a precondition has an instance for each that waits for it, named after it only when there are several', async () => {
  const plan = await planned(`
defaults: { scheduleType: ondemand }
preconditions: { one: { type: S3KeyExists, s3Key: s3://b/k }, both: { type: S3KeyExists, s3Key: s3://b/k } }
activities: { a: { ${shell}, precondition: [one, both, both] }, b: { ${shell}, precondition: both } }`)
  expect(keys(plan).map((key) => key.replace('_2026-01-01T00', ''))).toEqual(['a', 'b', 'one', 'both_a', 'both_b'])
  expect(plan.rows.slice(2).map(({ referrer, lane, grp }) => [referrer, lane, grp])).toEqual([
    ['a', 'precondition', '@system'],
    ['a', 'precondition', '@system'],
    ['b', 'precondition', '@system'],
  ])
})

test('what guards a data node that is written looks at it only afterwards', async () => {
  const plan = await planned(`
defaults: { scheduleType: ondemand }
preconditions: { there: { type: Exists } }
dataNodes: { n: { type: S3DataNode, filePath: s3://b/k, precondition: there } }
activities: { a: { ${shell}, output: n } }`)
  expect(
    edges(plan)
      .map((edge) => edge.replaceAll('_2026-01-01T00', ''))
      .toSorted(),
  ).toEqual(['a output n', 'a output there', 'there precondition n'])
})

test.each([
  ['neither', '', 'default'],
  ['workerGroup', ', workerGroup: wg', 'wg'],
  ['runsOn and workerGroup', ', workerGroup: wg, runsOn: m', 'default'],
])('an activity with %s runs in its group', async (_, more, group) => {
  const machine = 'resources: { m: { type: Ec2Resource } }'
  const plan = await planned(`defaults: { scheduleType: ondemand }\n${machine}\nactivities: { a: { ${shell}${more} } }`)
  expect(row(plan, 'a')?.grp).toBe(group)
  expect(row(plan, 'a')?.resource).toBe(more.includes('runsOn') ? plan.rows.findIndex(({ component }) => component === 'm') : null)
})

test('an activity runs on the instance of the resource whose interval holds its start', async () => {
  const plan = await planned(
    `${schedules}defaults: { schedule: hourly }\nresources: { m: { type: Ec2Resource, schedule: daily } }\nactivities: { a: { ${shell}, runsOn: m } }`,
    'hourly',
    'timeseries',
    26,
  )
  expect(keys(plan)).toEqual(['m_2026-01-02T00', 'a_2026-01-02T02'])
  expect(plan.rows.map(({ status }) => status)).toEqual(['WAITING_ON_DEPENDENCIES', 'WAITING_ON_DEPENDENCIES'])
})

test('a shorter schedule needs the one longer interval, and a place says which that is', async () => {
  const plan = await planned(
    `${schedules}activities: { a: { ${shell}, schedule: daily }, b: { ${shell}, schedule: hourly, dependsOn: a } }`,
    'hourly',
    'timeseries',
    26,
  )
  expect(edges(plan)).toEqual(['a_2026-01-02T00 dependsOn b_2026-01-02T02'])
  expect(row(plan, 'a')).toMatchObject({
    status: 'SCHEDULED',
    schedule: 'daily',
    rhythm: 'timeseries',
    index: 1,
    due: new Date('2026-01-03'),
  })
})

test('a schedule in cron syntax rolls up and is rolled up, and its places are numbered by tick', async () => {
  const mornings = 'mornings: { cron: 0 6 * * 1-5, timeZone: Europe/Berlin, startDateTime: 2026-01-01 }'
  const yaml = `${schedules}  ${mornings}
activities: { a: { ${shell}, schedule: daily }, b: { ${shell}, schedule: mornings, dependsOn: a }, c: { ${shell}, schedule: late, dependsOn: b } }`
  const weekend = await planned(yaml, 'mornings', 'timeseries', 1)
  expect(row(weekend, 'b')).toMatchObject({
    start: new Date('2026-01-02T05:00Z'),
    stop: new Date('2026-01-05T05:00Z'),
    due: new Date('2026-01-05T05:00Z'),
  })
  expect(weekend.edges).toHaveLength(3)
  const sunday = await planned(yaml, 'late')
  expect(row(sunday, 'b')).toMatchObject({ status: 'SCHEDULED', schedule: 'mornings', index: 21, start: new Date('2026-01-30T05:00Z') })
})

test('a longer schedule needs all intervals of the shorter one, and none of one that has not begun', async () => {
  const yaml = `${schedules}activities: { a: { ${shell}, schedule: hourly }, z: { ${shell}, schedule: late }, b: { ${shell}, schedule: daily, dependsOn: [a, z] } }`
  const plan = await planned(yaml, 'daily')
  expect(plan.edges).toHaveLength(24)
  expect(plan.rows.slice(1).map(({ index }) => index)).toEqual(Array.from({ length: 24 }, (_, index) => index))
  expect(row(plan, 'z')).toBeUndefined()
})

test('components of type cron and timeseries on one schedule are planned apart, since they are due apart', async () => {
  const yaml = `${schedules}activities: { a: { ${shell}, schedule: daily, scheduleType: cron }, b: { ${shell}, schedule: daily, dependsOn: a } }`
  const [cron, timeseries] = [await planned(yaml, 'daily', 'cron'), await planned(yaml, 'daily')]
  expect(cron.rows).toMatchObject([{ component: 'a', status: 'WAITING_ON_DEPENDENCIES', due: new Date('2026-01-01') }])
  expect(timeseries.rows).toMatchObject([
    { component: 'b', status: 'WAITING_ON_DEPENDENCIES', due: new Date('2026-01-02') },
    { component: 'a', status: 'SCHEDULED', rhythm: 'cron', index: 0 },
  ])
})

test.each([
  ['five on a schedule', 'schedule: daily', { a: 5 }],
  ['what it says', 'schedule: daily, maxActiveInstances: 2', { a: 2 }],
])('a component may have as many active instances as %s', async (_, defaults, limits) => {
  expect((await planned(`${schedules}defaults: { ${defaults} }\nactivities: { a: { ${shell} } }`, 'daily')).limits).toEqual(limits)
})

test('on demand one execution at a time is usual, and nothing of it is late', async () => {
  const plan = await planned(`defaults: { scheduleType: ondemand }\nactivities: { a: { ${shell}, lateAfterTimeout: 1 hour } }`)
  expect(plan.limits).toEqual({ a: 1 })
  expect(row(plan, 'a')).toMatchObject({ late: null, start: firstActivation, stop: firstActivation })
})

test('lateness counts from the due time', async () => {
  const plan = await planned(
    `${schedules}defaults: { schedule: daily }\nactivities: { a: { ${shell}, lateAfterTimeout: 1 hour } }`,
    'daily',
  )
  expect(row(plan, 'a')?.late).toEqual(new Date('2026-01-02T01:00:00Z'))
})

test.each([
  ['', { retryDelayMs: 600_000, onTaskFailure: 'continue', onResourceFailure: 'retrynone' }],
  [
    ', initTimeout: 5 minutes, terminateAfter: 45 minutes, retryDelay: 0 minutes',
    { initTimeoutMs: 300_000, terminateAfterMs: 2_700_000, retryDelayMs: 0, onTaskFailure: 'continue', onResourceFailure: 'retrynone' },
  ],
  [
    ', terminateAfter: 3',
    { terminateAfterMs: 10_800_000, retryDelayMs: 600_000, onTaskFailure: 'continue', onResourceFailure: 'retrynone' },
  ],
  [
    ', actionOnTaskFailure: TERMINATE, actionOnResourceFailure: retryAll',
    { retryDelayMs: 600_000, onTaskFailure: 'terminate', onResourceFailure: 'retryall' },
  ],
])('a resource carries its rules; a number alone is hours: {%s}', async (fields, rules) => {
  const yaml = `${schedules}resources: { m: { type: Ec2Resource, schedule: daily${fields} } }
activities: { a: { ${shell}, schedule: hourly, runsOn: m }, b: { ${shell}, schedule: hourly, scheduleType: cron, runsOn: m }, c: { ${shell}, schedule: hourly, runsOn: m } }`
  const plan = await planned(yaml, 'daily', 'cron')
  expect(keys(plan)).toEqual(['m_2026-01-01T00'])
  expect(row(plan, 'm')).toMatchObject({ rules, used_by: ['hourly timeseries', 'hourly cron'], due: new Date('2026-01-01') })
  expect((await planned(yaml, 'daily', 'timeseries')).rows).toEqual([])
})
