import type { FaultRow } from './fault-row.ts'

export const postgresRows: readonly FaultRow[] = []
