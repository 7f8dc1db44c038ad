import type { FaultRow } from './fault-row.ts'

export const workerRows: readonly FaultRow[] = []
