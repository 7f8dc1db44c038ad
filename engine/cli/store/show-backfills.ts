import { SluiceError } from '../../errors.ts'
import { pause } from '../../queue/patience.ts'
import { cancelBackfill, listBackfills, type BackfillRecord } from '../../store/backfills.ts'
import type { Store } from '../../store/open-store.ts'
import { hasLiveWorker } from '../../store/workers.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { countWords } from '../view/render-summary.ts'
import { renderTable } from '../view/render-table.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'

export interface BackfillsOptions {
  readonly pipeline: string | undefined
  readonly limit: number | undefined
  readonly json: boolean
}

/** Prints backfills, newest first. Resolves to the exit code. */
export async function showBackfills(store: Store, { pipeline: word, limit, json }: BackfillsOptions, terminal: Terminal): Promise<number> {
  const pipelineId = word === undefined ? undefined : (await findPipeline(store, word)).id
  const found = await listBackfills(store.db, { pipelineId, limit })
  if (json) found.forEach((each) => terminal.print(JSON.stringify(each)))
  else if (found.length === 0) terminal.print('There is no backfill. Start one with: sluice backfill PIPELINE --from TIME')
  else renderTable(['BACKFILL', 'PIPELINE', 'FROM', 'TO', 'STATE', 'PLANNED', 'TASKS'], found.map(row)).forEach(terminal.print)
  return 0
}

function row({ id, pipelineName, from, to, state, planned, intervals, counts }: BackfillRecord): string[] {
  return [id, pipelineName, formatInterval(from), formatInterval(to), state, `${planned} of ${intervals}`, countWords(counts)]
}

/** Cancels a backfill and tells what became of it. Resolves to the exit code. */
export async function endBackfill(store: Store, id: string, json: boolean, terminal: Terminal): Promise<number> {
  const before = await find(store, id)
  const done = await insist(() => cancelBackfill(store.pool, id))
  if (!done)
    throw new SluiceError(`${id} is over: it is ${before.state}.`, { exitCode: 2, hint: `See: sluice backfills ${before.pipelineName}` })
  store.signals.emit('outbox')
  tell(await find(store, id), json, terminal)
  return 0
}

/** How long nothing may move before a watch is given up: what is left waits for a person. */
const patienceMs = 10_000

/** Prints how far a backfill is whenever that changes, until it is over, or nothing of it moves any more. Resolves to 0 when all it ran is
 *  FINISHED, else to 1. */
export async function watchBackfill(store: Store, id: string, json: boolean, terminal: Terminal): Promise<number> {
  let last = ''
  let movedAt = performance.now()
  if (!(await hasLiveWorker(store.pool))) terminal.note('No worker is live, so nothing moves. Start one with: sluice up')
  for (;;) {
    const now = await find(store, id)
    const seen = JSON.stringify([now.state, now.planned, now.counts])
    if (seen !== last) tell(now, json, terminal)
    if (seen !== last || now.moving > 0) movedAt = performance.now()
    last = seen
    if (now.state === 'RUNNING' && performance.now() - movedAt > patienceMs) return standsStill(now, terminal)
    if (now.state !== 'RUNNING') return Object.keys(now.counts).every((status) => status === 'FINISHED') && now.state === 'FINISHED' ? 0 : 1
    await pause(500)
  }
}

function standsStill({ id, pipelineName }: BackfillRecord, terminal: Terminal): number {
  terminal.note(`${id} does not move: what is left waits for something. See: sluice why ${pipelineName}`)
  return 1
}

function tell(backfill: BackfillRecord, json: boolean, terminal: Terminal): void {
  const { id, state, planned, intervals, counts } = backfill
  if (json) terminal.print(JSON.stringify({ event: 'backfill', ...backfill }))
  else
    terminal.print(
      `${id} ${state}: ${planned} of ${intervals} intervals planned${Object.keys(counts).length > 0 ? `, ${countWords(counts)}` : ''}`,
    )
}

async function find({ db }: Store, id: string): Promise<BackfillRecord> {
  const [found] = await listBackfills(db, { id })
  if (found) return found
  throw new SluiceError(`There is no backfill "${id}".`, { exitCode: 2, hint: 'Run `sluice backfills` for those there are.' })
}
