import type { FaultRow } from './fault-row.ts'

export const historyRows: readonly FaultRow[] = []
