import type { Clients } from '../clients/clients.ts'
import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { IntervalsFor } from './evaluate/interval.ts'
import type { ChildGuard } from './process/child-guard.ts'
import type { Timers } from './timers.ts'

/** What an attempt needs of its worker. */
export interface WorkerParts {
  readonly catalog: Catalog
  readonly clients: Clients
  readonly fences: { holds(attemptId: string, fence: string): Promise<boolean> }
  readonly directories: { readonly logs: string; readonly work: string }
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly children: ChildGuard
  readonly hostname: string
  readonly killGraceMs: number
  /** How long an aborted attempt may take to end before it is left behind. */
  readonly unwindMs: number
  readonly timers: Timers
  definition(pipelineId: string, version: number): Promise<CompiledDefinition>
  /** Schedules that begin at activation begin then. */
  firstActivation(pipelineId: string): Promise<Date | undefined>
  intervalsFor(definition: CompiledDefinition, firstActivation: Date | undefined): IntervalsFor
}
