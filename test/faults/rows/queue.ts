import type { FaultRow } from './fault-row.ts'

export const queueRows: readonly FaultRow[] = []
