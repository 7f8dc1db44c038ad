import type { FaultRow } from './fault-row.ts'
import { replacingRows } from './control.ts'

/** Every row that has been worked on, by number. */
export const faultRows: readonly FaultRow[] = [...replacingRows].toSorted((a, b) => numberOf(a) - numberOf(b))

function numberOf({ id }: FaultRow): number {
  return Number(id.slice(1))
}
