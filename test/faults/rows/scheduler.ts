import type { FaultRow } from './fault-row.ts'

export const schedulerRows: readonly FaultRow[] = []
