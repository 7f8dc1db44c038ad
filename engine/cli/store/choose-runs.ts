import { SluiceError } from '../../errors.ts'
import type { InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { formatInterval } from '../view/format-time.ts'
import { instancesOfTask } from './find-task.ts'
import { purgedNote } from './purged.ts'

/** The runs of one task, oldest interval first, or those of one interval (of a precondition one for each that waits for it). Rejects with a
 *  sentence when there is none. */
export async function runsOf(
  store: Pick<Store, 'db' | 'pool'>,
  pipeline: PipelineRecord,
  task: string,
  interval: Date | undefined,
): Promise<readonly InstanceRecord[]> {
  const chosen = await instancesOfTask(store, pipeline, task, interval)
  if (chosen.length > 0) return chosen
  const all = interval ? await instancesOfTask(store, pipeline, task) : []
  const purged = await purgedNote(store)
  if (all.length === 0)
    throw new SluiceError(`${task} of ${pipeline.name} has no run${purged === undefined ? ' yet: no interval of it was due' : ''}.`, {
      exitCode: 2,
      hint: purged ?? `See: sluice runs ${pipeline.id}`,
    })
  throw new SluiceError(`${task} of ${pipeline.name} has no run for the interval ${interval ? formatInterval(interval) : ''}.`, {
    exitCode: 2,
    hint: [purged, `There is ${intervalsOf(all).slice(-10).join(', ')}.`].filter(Boolean).join(' '),
  })
}

/** Their intervals, each once, as `--interval` takes them. */
export function intervalsOf(runs: readonly InstanceRecord[]): readonly string[] {
  return [...new Set(runs.map(({ intervalStart }) => formatInterval(intervalStart)))]
}

/** `RUNNING`, or each status once: what a sentence says of runs that a command cannot be for. */
export function statusesOf(runs: readonly InstanceRecord[]): string {
  return [...new Set(runs.map(({ status }) => status))].join(', ')
}
