import { healthOf, type PipelineHealth } from '../../../store/health.ts'
import { mostCounted, statusCounts } from '../../../store/instances.ts'
import type { Store } from '../../../store/open-store.ts'
import { listPipelines, type PipelineRecord } from '../../../store/pipelines.ts'
import type { PipelineState } from '../../../store/database.ts'
import type { Terminal } from '../../terminal.ts'
import { formatDuration } from '../../view/format-duration.ts'
import { formatInterval } from '../../view/format-time.ts'
import { countWords } from '../../view/render-summary.ts'
import { renderTable } from '../../view/render-table.ts'

export interface ListOptions {
  readonly json: boolean
  readonly limit: number | undefined
  readonly state: PipelineState | undefined
}

/** Prints the pipelines, newest first, each with its health, its next interval and how its tasks stand. */
export async function showList({ db }: Store, { json, limit = 20, state }: ListOptions, terminal: Terminal): Promise<void> {
  const pipelines = await listPipelines(db, { limit, state })
  const ids = pipelines.map(({ id }) => id)
  const [counts, healths] = await Promise.all([statusCounts(db, ids), healthOf(db, ids)])
  if (json) {
    for (const pipeline of pipelines) {
      const health = healths.get(pipeline.id)
      const facts = { health: health?.health, error: health?.error, counts: counts.get(pipeline.id) ?? {} }
      terminal.print(JSON.stringify({ ...pipeline, ...facts }))
    }
    return
  }
  if (pipelines.length === 0) return terminal.print(nothing(state))
  const rows = pipelines.map((pipeline) => [
    pipeline.id,
    pipeline.name,
    pipeline.state,
    healths.get(pipeline.id)?.health ?? '-',
    pipeline.nextDue ? clock(pipeline.nextDue) : '-',
    clock(pipeline.creationTime),
    lasted(pipeline),
    wordsOf(counts.get(pipeline.id) ?? {}),
  ])
  renderTable(['PIPELINE', 'NAME', 'STATE', 'HEALTH', 'NEXT DUE (UTC)', 'CREATED (UTC)', 'TOOK', 'TASKS'], rows).forEach(terminal.print)
}

function nothing(state: PipelineState | undefined): string {
  if (state !== undefined) return `No pipeline is ${state}.`
  return 'Nothing has run yet. Begin with: sluice run pipelines/examples/flights.yaml'
}

/** Where not all are counted, that is said. */
function wordsOf(counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return `${total >= mostCounted ? `newest ${total}: ` : ''}${countWords(counts)}`
}

/** `ERROR: load 2026-01-01 FAILED`, `HEALTHY`, or nothing where nothing has ended. */
export function healthWords(health: PipelineHealth | undefined): string {
  if (!health?.error) return health?.health ?? ''
  return `ERROR: ${health.error.componentId} ${formatInterval(health.error.interval)} ${health.error.status}`
}

function clock(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ')
}

function lasted({ firstActivationTime, creationTime, finishedTime }: PipelineRecord): string {
  return finishedTime && firstActivationTime ? formatDuration(finishedTime.getTime() - creationTime.getTime()) : ''
}
