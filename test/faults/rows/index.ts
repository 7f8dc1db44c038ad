import type { FaultRow } from './fault-row.ts'
import { commandRows } from './commands.ts'
import { replacingRows } from './control.ts'
import { historyRows } from './history.ts'
import { postgresRows } from './postgres.ts'
import { queueRows } from './queue.ts'
import { schedulerRows } from './scheduler.ts'
import { workerRows } from './worker.ts'

/** Every row that has been worked on, by number. */
export const faultRows: readonly FaultRow[] = [
  ...queueRows,
  ...postgresRows,
  ...schedulerRows,
  ...workerRows,
  ...replacingRows,
  ...commandRows,
  ...historyRows,
].toSorted((a, b) => numberOf(a) - numberOf(b))

function numberOf({ id }: FaultRow): number {
  return Number(id.slice(1))
}
