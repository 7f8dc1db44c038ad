import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { startEmbedded } from '../engine/store/embedded/embedded.ts'
import { gridCells, gridQuery } from '../engine/store/grid.ts'
import { healthOf } from '../engine/store/health.ts'
import { countsQuery, listInstances, mostCounted, statusCounts } from '../engine/store/instances.ts'
import { activeRuns } from '../engine/store/next-watermarks.ts'
import { openStore, type Store } from '../engine/store/open-store.ts'
import { listPipelines } from '../engine/store/pipelines.ts'
import { reasons, reasonsQuery } from '../engine/store/reasons.ts'
import { withWhatTheyWaitFor } from '../engine/store/reason-chains.ts'
import { fillHistory } from './lib/history.ts'
import { formatSpread, spread } from './lib/stats.ts'

const pipelineId = 'df-LONG'

/** W5: questions about a pipeline with 1,000,000 instances (114 tasks, hourly, for a year). Goal: `why` within 20 ms, no list slower with history. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  const server = await startEmbedded(join(folder, 'home'))
  await server.ensureDatabase('history')
  const store = await openStore({ ...server.connection, database: 'history' })
  try {
    const [tasks, intervals] = [114, 8760]
    const startedMs = performance.now()
    await fillHistory(store.pool, { pipelineId: 'df-SHORT', tasks, intervals: 10 })
    await fillHistory(store.pool, { pipelineId, tasks, intervals })
    const { rows } = await store.pool.query<{ count: string }>('select count(*) from instances')
    console.log(`filled ${rows[0]?.count} instances in ${Math.round((performance.now() - startedMs) / 1000)} s`)
    await measure(store, pairs)
    await printPlans(store)
  } finally {
    await store.close()
    await server.stop()
    await rm(folder, { recursive: true })
  }
}

type Question = (id: string) => Promise<unknown>

/** Each question is asked of the long history and of one of ten intervals, by turns. */
async function measure({ db, pool }: Store, rounds: number): Promise<void> {
  const oneInterval = (await reasons(db, { pipelineId, componentId: 'task2', limit: 1 }))[0]?.interval
  const questions: Readonly<Record<string, Question>> = {
    'reasons of a pipeline': (id) => reasons(db, { pipelineId: id }),
    'reasons of a component': (id) => reasons(db, { pipelineId: id, componentId: 'task7' }),
    'reasons of one instance': (id) => reasons(db, { pipelineId: id, interval: oneInterval, componentId: 'task2' }),
    'reasons, to the root cause': async (id) => withWhatTheyWaitFor(db, id, await reasons(db, { pipelineId: id, componentId: 'task9' })),
    'newest 1,000 instances': (id) => listInstances(db, { pipelineId: id, limit: 1000 }),
    'instances of a task': (id) => listInstances(db, { pipelineId: id, componentId: 'task7', limit: 1000 }),
    'newest 50 that failed': (id) =>
      listInstances(db, { pipelineId: id, statuses: ['FAILED', 'CASCADE_FAILED', 'TIMEDOUT', 'CANCELED'], limit: 50 }),
    'status counts': (id) => statusCounts(db, [id]),
    health: (id) => healthOf(db, [id]),
    'room and holds': (id) => activeRuns(pool, id),
    pipelines: () => listPipelines(db, { limit: 20 }),
    'grid of 88 intervals (10,000 cells)': (id) => gridCells(db, { pipelineId: id, limit: 88 }),
  }
  const times = Object.keys(questions).map((name) => ({ name, long: [] as number[], short: [] as number[] }))
  for (let round = -1; round < rounds; round++) {
    for (const { name, long, short } of times) {
      const [ofLong, ofShort] = [await timed(questions[name]!, pipelineId), await timed(questions[name]!, 'df-SHORT')]
      if (round < 0) continue // warms the caches
      long.push(ofLong)
      short.push(ofShort)
    }
  }
  for (const { name, long, short } of times) {
    console.log(`${name.padEnd(36)} ${formatSpread(spread(long), 1)} ms; of ten intervals ${formatSpread(spread(short), 1)} ms`)
  }
}

async function timed(question: Question, id: string): Promise<number> {
  const start = performance.now()
  await question(id)
  return performance.now() - start
}

async function printPlans({ db, pool }: Store): Promise<void> {
  const queries = {
    'reasons of a pipeline': reasonsQuery({ pipelineId }),
    'grid of 88 intervals': gridQuery({ pipelineId, limit: 88 }),
    'status counts': countsQuery([pipelineId], mostCounted),
  }
  for (const [name, query] of Object.entries(queries)) {
    const { sql, parameters } = query.compile(db)
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, costs off, buffers off, summary off) ${sql}`, [
      ...parameters,
    ])
    console.log(`\nplan of ${name}:\n${rows.map((row) => `  ${row['QUERY PLAN']}`).join('\n')}`)
  }
}
