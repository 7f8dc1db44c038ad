import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'

/** Prints which of these runs have another status now than they had. */
export async function showChanges(
  { db }: Pick<Store, 'db'>,
  pipeline: PipelineRecord,
  before: readonly InstanceRecord[],
  terminal: Terminal,
  json: boolean,
): Promise<void> {
  const was = new Map(before.map(({ id, status }) => [id, status]))
  const now = await listInstances(db, { pipelineId: pipeline.id, ids: [...was.keys()] })
  const changed = now.filter(({ id, status }) => was.get(id) !== status)
  for (const run of changed) {
    const { componentId: task, key: instance, intervalStart: interval, status } = run
    const from = was.get(run.id)
    if (json) terminal.print(JSON.stringify({ event: 'changed', pipelineId: pipeline.id, task, instance, interval, was: from, status }))
    else terminal.print(`  ${labelOf(run)}: ${from} ${terminal.look.glyph('arrow')} ${status}`)
  }
}

/** `2026-01-31  load`, of a precondition with what it guards. */
export function labelOf({ intervalStart, componentId, referrerId }: InstanceRecord): string {
  return `${formatInterval(intervalStart)}  ${componentId}${referrerId ? ` of ${referrerId}` : ''}`
}

/** The line that a command's answer begins with: which pipeline was meant. */
export function printPipeline({ name, id, state }: PipelineRecord, terminal: Terminal): void {
  terminal.print(`${terminal.look.paint('strong', name)} ${id} ${state}`)
}
