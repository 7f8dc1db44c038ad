import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { PlanAnswer } from '../lifecycle/planned.ts'
import { dueTime } from '../schedule/due-time.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { intervalAt } from '../schedule/schedule.ts'
import { isConnectionError } from '../queue/connection-error.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { OpenMark } from '../store/backfills.ts'
import type { Store } from '../store/open-store.ts'
import { planInterval } from './interval-plan.ts'

export interface BackfillPlanning {
  readonly store: Pick<Store, 'planning' | 'signals'>
  readonly catalog: Catalog
  readonly onError: (error: unknown) => void
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
}

/** How many intervals of one schedule of a backfill are planned before the others have their turn. */
const turn = 50

/** Plans what running backfills have room for, oldest interval first, and ends those that are done. `answers` says what came of each. */
export async function planBackfills(options: BackfillPlanning): Promise<readonly PlanAnswer[]> {
  const answers: PlanAnswer[] = []
  for (const mark of await options.store.planning.openMarks()) answers.push(...(await planOrTell(options, mark)))
  if ((await options.store.planning.endBackfills()) > 0) options.store.signals.emit('drained')
  return answers
}

/** A backfill that cannot be planned keeps no other from it. Rejects only when the store is away. */
async function planOrTell(options: BackfillPlanning, mark: OpenMark): Promise<readonly PlanAnswer[]> {
  try {
    return [await planMark(options, mark)]
  } catch (error) {
    if (isConnectionError(error)) throw error
    const because = error instanceof Error ? error.message : String(error)
    options.onError(
      new Error(`The backfill ${mark.backfillId} of pipeline ${mark.pipelineId} cannot be planned: ${because}`, { cause: error }),
    )
    return []
  }
}

async function planMark({ store, catalog, definitions }: BackfillPlanning, mark: OpenMark): Promise<PlanAnswer> {
  const definition = await definitions.get(mark.pipelineId, mark.version)
  const component = definition.components[mark.scheduleId]
  const read = component && readSchedule(definition, component, mark.firstActivation)
  const schedule = read && { ...read, anchor: mark.anchor ?? read.anchor }
  for (let index = mark.nextIndex; index <= Math.min(mark.lastIndex, mark.nextIndex + turn - 1); index++) {
    const interval = schedule && intervalAt(schedule, index)
    if (!schedule || !interval) {
      await store.planning.endMark(mark)
      return 'PLANNED'
    }
    const { pipelineId, version, scheduleType: type } = mark
    const target = { id: schedule.id, type, index, nextIndex: index + 1, nextDue: undefined, nextStart: undefined }
    const due = dueTime(definition, type, interval, mark.firstActivation)
    const plan = planInterval(definition, catalog, { schedule, type }, interval, mark.firstActivation)
    // Everything of the past is late: nobody is to be called for it.
    const rows = plan.rows.map((row) => ({ ...row, late: null }))
    const answer = await store.planning.storePlan(
      { pipelineId, version, schedule: target, due, backfillId: mark.backfillId },
      { ...plan, rows },
    )
    if (answer !== 'PLANNED') return index > mark.nextIndex && answer !== 'FULL' ? 'PLANNED' : answer
    store.signals.emit('planned')
  }
  return 'PLANNED'
}
