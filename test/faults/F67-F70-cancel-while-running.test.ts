import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { throwDice } from '../fuzz/dice.ts'
import { leftInWork } from '../support/home.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { isRunning } from '../support/processes.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { cancelFromElsewhere, holdsNothing, startEngines } from './rig/engines.ts'
import { gatedLoad } from './rig/gated-load.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { scaled } from './rig/scale.ts'

const hours = (count: number): string[] =>
  Array.from({ length: count }, (_, hour) => new Date(Date.UTC(2020, 0, 1, hour)).toISOString().slice(0, 19))

test('F67: commands are cancelled at random moments: each is CANCELED at once, its processes are gone within 10 s, and nothing of it is published', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  await using here = await startEngines({ folder: folder.path, database })
  const [engine] = here.engines as [Engine]
  await watchSteps(database.connection)
  const ticks = join(folder.path, 'ticks')
  mkdirSync(ticks)
  const starts = hours(scaled(24, 1000))
  const id = await activated(engine.store, endless(ticks, starts.length))
  const dice = throwDice(67)
  await Promise.all(starts.map((start) => cancelAt({ engine, file: join(ticks, start), key: `@run_${start}` }, dice.below(20))))

  await until(() => holdsNothing(here.engines))
  expect(
    await query(database.connection, `select distinct status from sluice.instances where pipeline_id = '${id}' and component_id = 'run'`),
  ).toEqual([{ status: 'CANCELED' }])
  expect(await Array.fromAsync(engine.clients.objects.list('s3://out/'))).toEqual([])
  expect(leftInWork(join(folder.path, 'home'))).toEqual([])
  await expectInvariants(database.connection)
}, 120_000)

/** Writes into its output until it is ended, and says so in a file of its interval, after the ids of its two processes. */
function endless(ticks: string, count: number): string {
  return `
sluice: 1
name: endless
defaults: { scheduleType: timeseries, schedule: hourly, maxActiveInstances: 8, failureAndRerunMode: cascade }
schedules: { hourly: { period: 1 hour, startDateTime: 2020-01-01T00:00:00, occurrences: ${count} } }
dataNodes: { out: { type: S3DataNode, directoryPath: "s3://out/#{format(@scheduledStartTime,'YYYY-MM-dd-HH')}/" } }
activities:
  run:
    type: ShellCommandActivity
    stage: true
    output: out
    command: |
      file="${ticks}/#{format(@scheduledStartTime,"YYYY-MM-dd'T'HH:mm:ss")}"
      (while :; do sleep 0.1; done) &
      echo $$ $! >> $file
      while :; do echo tick | tee -a $file >> "$OUTPUT1_STAGING_DIR/part"; sleep 0.02; done
`
}

interface Doomed {
  readonly engine: Engine
  readonly file: string
  readonly key: string
}

/** Cancels one run when it has ticked so often; at 0 whatever it does, if it has begun or not. */
async function cancelAt({ engine, file, key }: Doomed, moment: number): Promise<void> {
  const lines = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [])
  const found = async () =>
    (await engine.store.pool.query<{ id: string; status: string }>('select id::text, status from instances where instance_key = $1', [key]))
      .rows
  await until(() => lines().length >= moment, { deadlineMs: 100_000, what: `${key} has begun` })
  const [{ id } = { id: '' }] = await until(async () => ((await found()).length > 0 ? found() : undefined), { deadlineMs: 100_000 })
  expect(await cancelFromElsewhere(engine, [id])).toBe(1)
  expect(await found()).toMatchObject([{ status: 'CANCELED' }])
  const isOver = (): boolean =>
    engine.worker.running().every(({ instanceKey }) => instanceKey !== key) &&
    (lines()[0] ?? '').split(' ').every((pid) => !isRunning(Number(pid)))
  await until(isOver, { deadlineMs: 10_000, what: `nothing of ${key} runs` })
}

test.each([
  ['cancelled', cancelUnheard],
  ['taken away with its pipeline', deleteUnheard],
])(
  'F67, F70: a load and an upload that do not hear that they are %s are refused where they would publish',
  async (_, end) => {
    using folder = temporaryFolder()
    await using database = await testDatabase()
    await using here = await startEngines({ folder: folder.path, database })
    const [engine] = here.engines as [Engine]
    await using gated = await gatedLoad(database)
    const gate = join(folder.path, 'gate')
    const id = await activated(engine.store, gated.definition(uploading(gate)))
    await until(async () => (await gated.waiting()) === 1 && engine.worker.running().length === 2, { deadlineMs: 30_000 })
    const ended = endings(engine, 2)
    await end(engine, id)
    await gated.open()
    writeFileSync(gate, '')
    expect((await ended).map(({ accepted }) => accepted)).toEqual([false, false])
    expect(await gated.loaded()).toBe(0)
    expect(await Array.fromAsync(engine.clients.objects.list('s3://out/'))).toEqual([])
    await expectInvariants(database.connection)
  },
  120_000,
)

test('F70: of a load that is cancelled and run again while it still goes on, without hearing of it, the new attempt alone publishes', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  await using here = await startEngines({ folder: folder.path, database })
  const [engine] = here.engines as [Engine]
  await using gated = await gatedLoad(database)
  const id = await activated(engine.store, gated.definition())
  await until(async () => (await gated.waiting()) === 1, { deadlineMs: 30_000 })
  const ended = endings(engine, 2)
  await cancelUnheard(engine, id)
  await engine.store.pool.query(
    `select rerun_instances($1, ids, false, rerun_set(ids, false)) from (select array_agg(id) as ids from instances where component_id = 'load') load`,
    [id],
  )
  const second = new Promise((resolve) => engine.worker.events.once('started', resolve))
  engine.store.signals.emit('outbox')
  await second
  await gated.open()
  expect((await ended).toSorted((a, b) => a.number - b.number)).toMatchObject([
    { number: 1, accepted: false },
    { number: 2, accepted: true },
  ])
  expect(await gated.loaded()).toBe(100)
  await expectInvariants(database.connection)
}, 120_000)

const uploading = (gate: string): string => `
  upload:
    type: ShellCommandActivity
    stage: true
    output: out
    command: 'until [ -e ${gate} ]; do sleep 0.02; done; echo late > "$OUTPUT1_STAGING_DIR/part"'
`

/** Cancels without a word to those that run it: the notification was lost, and the next beat is seconds away. */
async function cancelUnheard({ store }: Engine, pipelineId: string): Promise<void> {
  await store.pool.query(`select cancel_instances(array(select id from instances where pipeline_id = $1), 'a person asked for it')`, [
    pipelineId,
  ])
}

async function deleteUnheard({ store }: Engine, pipelineId: string): Promise<void> {
  await store.pool.query('select delete_pipeline($1)', [pipelineId])
}

/** The next endings, once there are so many. */
async function endings({ worker }: Engine, count: number): Promise<readonly { readonly number: number; readonly accepted: boolean }[]> {
  const seen: { number: number; accepted: boolean }[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  worker.events.on('ended', ({ attemptNumber }, _, accepted) => {
    if (seen.push({ number: attemptNumber, accepted }) === count) resolve()
  })
  await promise
  return seen
}
