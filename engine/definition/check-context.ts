import type { Catalog } from '../spec/catalog.ts'
import type { BoundParameters } from './parameters.ts'
import type { PipelineDefinition } from './pipeline-definition.ts'
import type { ResolvedObjects } from './resolve-objects.ts'

/** What every check looks at. */
export interface CheckContext {
  readonly definition: PipelineDefinition
  readonly catalog: Catalog
  readonly objects: ResolvedObjects
  readonly parameters: BoundParameters
  /** Default says `scheduleType: ondemand`. */
  readonly onDemand: boolean
  /** Refuse also what AWS refused and Sluice does not. */
  readonly strict: boolean
}
