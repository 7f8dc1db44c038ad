import type pg from 'pg'
import { tellOthers } from './remote-signals.ts'
import type { StoreSignals } from './signals.ts'
import { inTransaction } from './transaction.ts'

/** What the commands of a person need of the store. */
interface CommandStore {
  readonly pool: pg.Pool
  readonly signals: StoreSignals
}

/** Marks instances FINISHED, whatever they are; what waits for them goes on. Resolves to the ids of those that were not FINISHED before. */
export async function markFinished({ pool, signals }: CommandStore, instanceIds: readonly string[]): Promise<readonly string[]> {
  const row = await command<{ ids: string[] }>(pool, `select mark_finished($1::bigint[])::text[] as ids, ${tellOthers}`, [instanceIds])
  tell(signals)
  return row?.ids ?? []
}

export interface RerunRequest {
  readonly pipelineId: string
  /** The instances that were asked for. */
  readonly targets: readonly string[]
  /** Also all consumers that have ended, and theirs. */
  readonly downstream: boolean
}

/** Ids of what `rerun` would run again now. A target that has not ended, or that depends on something failed, is not among them. */
export async function rerunSet({ pool }: Pick<CommandStore, 'pool'>, { targets, downstream }: RerunRequest): Promise<readonly string[]> {
  const { rows } = await pool.query<{ ids: string[] }>('select rerun_set($1::bigint[], $2)::text[] as ids', [targets, downstream])
  return rows[0]?.ids ?? []
}

/** Runs `set` again, which is what `rerunSet` answered to the same request. Resolves to false, with nothing changed, when it is no longer
 *  that: someone else was faster, or something has ended meanwhile. */
export async function rerun({ pool, signals }: CommandStore, request: RerunRequest, set: readonly string[]): Promise<boolean> {
  const { pipelineId, targets, downstream } = request
  const row = await command<{ done: boolean }>(pool, `select rerun_instances($1, $2::bigint[], $3, $4::bigint[]) as done, ${tellOthers}`, [
    pipelineId,
    targets,
    downstream,
    set,
  ])
  tell(signals)
  return row?.done ?? false
}

/** Plans no more intervals of a pipeline. What has not ended is cancelled, or runs to its end when `keepRunning`. False when it was not active. */
export async function deactivate({ pool, signals }: CommandStore, pipelineId: string, keepRunning: boolean): Promise<boolean> {
  const row = await command<{ done: boolean }>(pool, `select deactivate_pipeline($1, $2) as done, ${tellOthers}`, [pipelineId, keepRunning])
  tell(signals)
  return row?.done ?? false
}

/** Deletes a pipeline with its definitions and its history; its id is remembered. False when there is none. */
export async function deletePipeline({ pool, signals }: CommandStore, pipelineId: string): Promise<boolean> {
  const row = await command<{ done: boolean }>(pool, `select delete_pipeline($1) as done, ${tellOthers}`, [pipelineId])
  tell(signals)
  return row?.done ?? false
}

/** Pauses components: they get no new runs until they are resumed; those they have go on. Resolves to the ids of those not paused before. */
export async function pauseComponents(
  { pool }: Pick<CommandStore, 'pool'>,
  pipelineId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const row = await command<{ ids: string[] }>(pool, 'select pause_components($1, $2) as ids', [pipelineId, ids])
  return row?.ids ?? []
}

/** Resumes components: the intervals they missed run, oldest first. Resolves to the ids of those that were paused. */
export async function resumeComponents(
  { pool, signals }: CommandStore,
  pipelineId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const row = await command<{ ids: string[] }>(pool, `select resume_components($1, $2) as ids, ${tellOthers}`, [pipelineId, ids])
  tell(signals)
  return row?.ids ?? []
}

/** A failed instance on which another depends. */
export interface FailedDependency {
  readonly componentId: string
  readonly status: string
  /** Where the failure began: itself, or what it depends on. */
  readonly origin: { readonly componentId: string; readonly intervalStart: Date }
}

/** The first failed dependency of an instance, preconditions aside, and where that failure began; undefined when there is none. */
export async function failedDependency({ pool }: Pick<CommandStore, 'pool'>, instanceId: string): Promise<FailedDependency | undefined> {
  const { rows } = await pool.query<{ component: string; status: string; origin: string; start: Date }>(
    `with recursive first as (select 1 from instances where false), -- is to be locked first: see purge_window
    broken as (
      select p.id, p.id as direct, 1 as depth from dependencies d join instances p on p.id = d.producer_id
        where d.consumer_id = $1 and d.kind <> 'precondition' and p.status in ('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
      union
      select p.id, b.direct, b.depth + 1 from broken b join dependencies d on d.consumer_id = b.id join instances p on p.id = d.producer_id
        where d.kind <> 'precondition' and p.status in ('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
    )
    select p.component_id as component, p.status, o.component_id as origin, o.interval_start as start
      from broken b join instances p on p.id = b.direct join instances o on o.id = b.id order by b.direct, b.depth desc, b.id limit 1`,
    [instanceId],
  )
  const [row] = rows
  return row && { componentId: row.component, status: row.status, origin: { componentId: row.origin, intervalStart: row.start } }
}

/** What runs in this very process looks at once; others do on the notification, or at their next sweep. */
function tell(signals: StoreSignals): void {
  for (const signal of ['command', 'outbox', 'drained', 'held'] as const) signals.emit(signal)
}

/** The row that a command's one statement answers. The effect is once, also when the answer is lost and the command is given again. */
async function command<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  statement: string,
  values: readonly unknown[],
): Promise<Row | undefined> {
  const { rows } = await inTransaction(pool, (client) => client.query<Row>(statement, [...values]))
  return rows[0]
}
