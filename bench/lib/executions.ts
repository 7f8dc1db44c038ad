import pg from 'pg'
import type { CompiledDefinition } from '../../engine/definition/pipeline-definition.ts'
import { activatePipeline } from '../../engine/scheduler/activate-pipeline.ts'
import { openStore } from '../../engine/store/open-store.ts'
import { createPipeline, putDefinition } from '../../engine/store/pipelines.ts'
import { catalogWithNoop } from './noop.ts'

/** An execution that the store acknowledged, by the clock of this machine. */
export interface Execution {
  /** When it was to begin: a late beginning counts as latency. */
  readonly wantedMs: number
  /** When its last task had ended; undefined when it has not. */
  readonly endedMs: number | undefined
}

/** Executions of pipelines on demand, which this process only begins; servers and workers elsewhere do the rest. */
export interface Executions extends AsyncDisposable {
  /** Begins one, wanted at `wantedMs`; resolves once the store has acknowledged it, or has been too busy to take it. */
  begin(wantedMs: number): Promise<void>
  /** How many the store did not take. */
  readonly refused: number
  /** Those begun since the last `forget`. */
  all(): Promise<readonly Execution[]>
  /** How many of them have not ended. */
  open(): Promise<number>
  /** How many of them have ended. */
  ended(): Promise<number>
  /** Counts only what begins from now. */
  forget(): Promise<void>
  /** What is wrong with all that were ever begun: nothing, when none was lost and none done twice. */
  wrong(): Promise<readonly string[]>
}

/** `count` pipelines of the definition, begun in turn: an execution is known by its second, so that one pipeline has at most one a second. */
export async function openExecutions(databaseUrl: string, definition: CompiledDefinition, count: number): Promise<Executions> {
  const store = await openStore({ connectionString: databaseUrl })
  const catalog = await catalogWithNoop()
  const pipelines: { pipelineId: string; version: number; wanted: number[] }[] = []
  for (let index = 0; index < count; index++) {
    const pipelineId = await createPipeline(store.db, `${definition.name}${index}`)
    pipelines.push({ pipelineId, version: await putDefinition(store.db, pipelineId, '', definition, () => 'activity'), wanted: [] })
  }
  const looker = new pg.Client({ connectionString: databaseUrl, options: '-c search_path=sluice' })
  await looker.connect()
  const tasks = Object.keys(definition.components).length
  let [turn, acknowledged, refused, from] = [0, 0, 0, '0']
  const newest = async (): Promise<string> =>
    (await looker.query<{ id: string }>('select coalesce(max(id), 0)::text as id from instances')).rows[0]!.id

  return {
    async begin(wantedMs) {
      const pipeline = pipelines[turn++ % count]!
      try {
        await activatePipeline(store, catalog, { ...pipeline, definition })
      } catch (error) {
        if (refused++ === 0) console.error('  refused:', error instanceof Error ? error.message : error)
        return
      }
      acknowledged++
      pipeline.wanted.push(wantedMs)
    },

    get refused() {
      return refused
    },

    async all() {
      const { rows } = await looker.query<{ pipeline_id: string; ended: Date | null }>(
        `select pipeline_id, case when bool_and(status = 'FINISHED') then max(actual_end_time) end as ended from instances
          where id > $1 group by pipeline_id, interval_start order by pipeline_id, min(id)`,
        [from],
      )
      const ends = Map.groupBy(rows, (row) => row.pipeline_id)
      return pipelines.flatMap(({ pipelineId, wanted }) =>
        wanted.map((wantedMs, index) => ({ wantedMs, endedMs: ends.get(pipelineId)?.[index]?.ended?.getTime() })),
      )
    },

    async open() {
      const { rows } = await looker.query<{ count: number }>(
        `select count(*)::integer as count from (select 1 from instances where id > $1 group by pipeline_id, interval_start having not bool_and(status = 'FINISHED')) open`,
        [from],
      )
      return rows[0]!.count
    },

    async ended() {
      const { rows } = await looker.query<{ count: number }>(
        `select count(*)::integer as count from instances where id > $2 and component_id = $1 and status = 'FINISHED'`,
        [Object.keys(definition.components).at(-1), from],
      )
      return rows[0]!.count
    },

    async forget() {
      from = await newest()
      for (const pipeline of pipelines) pipeline.wanted = []
    },

    async wrong() {
      const { rows } = await looker.query<{ instances: number; finished: number; doubled: number; once: number }>(
        `select count(*)::integer as instances, count(*) filter (where status = 'FINISHED')::integer as finished,
          count(*) filter (where ends > 1)::integer as doubled, count(*) filter (where ends = 1)::integer as once
          from (select i.status, (select count(*) from attempts a where a.instance_id = i.id and a.status = 'FINISHED') as ends from instances i) each`,
      )
      const { instances, finished, doubled, once } = rows[0]!
      return [
        instances === acknowledged * tasks ? '' : `${acknowledged} executions were acknowledged, but there are ${instances / tasks}`,
        finished === instances ? '' : `${instances - finished} tasks have not finished`,
        doubled === 0 ? '' : `${doubled} tasks finished twice`,
        once === instances ? '' : `${instances - once} tasks did not finish exactly once`,
      ].filter((sentence) => sentence !== '')
    },

    async [Symbol.asyncDispose]() {
      await looker.end()
      await store.close()
    },
  }
}
