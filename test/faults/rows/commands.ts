import type { FaultRow } from './fault-row.ts'

export const commandRows: readonly FaultRow[] = []
