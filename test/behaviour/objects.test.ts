/** What spec/behaviour.md says of objects, sections 1 and 2: what is written, and what there is of it once it runs. */
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { listInstances } from '../../engine/store/instances.ts'
import { createPipeline } from '../../engine/store/pipelines.ts'
import { statuses } from '../support/planned-graph.ts'
import { activated, claimAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const shell = "type: ShellCommandActivity, command: 'true'"

test('a pipeline has an id like AWS’s: df- and twenty letters and digits', async () => {
  await using store = await testStore()
  expect(await createPipeline(store.db, 'one')).toMatch(/^df-[0-9A-Z]{20}$/)
})

test('activities, data nodes, resources and preconditions have instances, and nothing else has', async () => {
  await using store = await testStore()
  const id = await activated(
    store,
    `
defaults: { scheduleType: ondemand }
databases: { db: { type: JdbcDatabase, connectionString: 'embedded:shop' } }
dataFormats: { csv: { type: CSV } }
actions: { tell: { type: SnsAlarm, topicArn: 'arn:aws:sns:eu-central-1:1:t', subject: s, message: m, role: r }, end: { type: Terminate } }
resources: { m: { type: Ec2Resource } }
preconditions: { p: { type: S3KeyExists, s3Key: s3://b/k } }
dataNodes:
  n: { type: S3DataNode, filePath: s3://b/k, dataFormat: csv }
  t: { type: SqlDataNode, database: db, table: t, selectQuery: select 1 }
activities: { a: { ${shell}, input: [n, t], runsOn: m, precondition: p, onFail: tell, onLateAction: end, lateAfterTimeout: 1 hour } }`,
  )
  expect(Object.keys(await statuses(store, id)).toSorted()).toEqual(['a', 'm', 'n', 'p', 't'])
})

test('an instance has its start from when it came to be, also while it waits, and where its attempt runs', async () => {
  await using store = await testStore()
  const id = await activated(store, `defaults: { scheduleType: ondemand }\nactivities: { a: { ${shell} }, b: { ${shell}, dependsOn: a } }`)
  await claimAll(store)
  const [a, b] = await listInstances(store.db, { pipelineId: id })
  expect(a).toMatchObject({
    status: 'RUNNING',
    attempts: 1,
    triesLeft: 2,
    hostname: 'here',
    startTime: expect.any(Date),
    endTime: undefined,
  })
  expect(b).toMatchObject({ status: 'WAITING_ON_DEPENDENCIES', attempts: 0, triesLeft: 3, startTime: a!.startTime, hostname: undefined })
})

async function codes(schedule: string): Promise<string[]> {
  const { definition, diagnostics } = readDefinition(
    `schedules: { s: { ${schedule} } }\nactivities: { a: { ${shell}, schedule: s } }`,
    'x.yaml',
  )
  return [...diagnostics, ...compileDefinition(definition!, await loadCatalog()).diagnostics].map(({ code }) => code)
}

test.each([
  ['2026-01-01T02:00:00', []],
  ['2026-01-01T02:00:00Z', []],
  ['2026-01-01T02:00', []],
  ['2026-01-01', []],
  ['"2026-01-01T02:00:00+01:00"', ['BAD_DATE']],
  ['"1 January 2026"', ['BAD_DATE']],
])('a schedule may start at %s: %j', async (start, expected) => {
  expect(await codes(`period: 1 day, startDateTime: ${start}`)).toEqual(expected)
})

test.each([
  ['period: 3 years, startDateTime: 2026-01-01', []],
  ['period: 4 years, startDateTime: 2026-01-01', ['PERIOD_OUT_OF_BOUNDS']],
  ['period: 0 days, startDateTime: 2026-01-01', ['PERIOD_OUT_OF_BOUNDS']],
  ['period: 1.5 days, startDateTime: 2026-01-01', ['BAD_PERIOD']],
  ['startDateTime: 2026-01-01', ['MISSING_ONE_OF']],
  ['period: 1 day', ['MISSING_ONE_OF']],
  ['period: 1 day, startDateTime: 2026-01-01, startAt: FIRST_ACTIVATION_DATE_TIME', ['TOO_MANY_OF']],
  ['period: 1 day, startDateTime: 2026-01-01, endDateTime: 2027-01-01, occurrences: 3', ['TOO_MANY_OF']],
  ['period: 1 day, startDateTime: 2026-01-01, endDateTime: 2026-01-01', ['END_BEFORE_START']],
  ['period: 1 day, startDateTime: 2026-01-01, endDateTime: 2026-01-01T23:59:59', ['NO_INTERVAL']],
  ['period: 1 day, startDateTime: 2026-01-01, occurrences: 0', ['BAD_OCCURRENCES']],
  ['period: 1 day, startDateTime: "makeDate(2011,5,24)"', ['BAD_DATE']],
  ['period: 1 day, startDateTime: "#{makeDate(2011,5,24)}"', ['NOT_A_LITERAL']],
])('a schedule { %s } has these mistakes: %j', async (schedule, expected) => {
  expect(await codes(schedule)).toEqual(expected)
})
