import type { Catalog } from '../spec/catalog.ts'
import type { BoundParameters } from './parameters.ts'
import type { DefinitionForm, PipelineDefinition } from './pipeline-definition.ts'
import type { Purpose } from './purpose.ts'
import type { ResolvedObjects } from './resolve-objects.ts'
import type { UsesOf } from './text-uses.ts'

/** What every check looks at. */
export interface CheckContext {
  readonly definition: PipelineDefinition
  readonly catalog: Catalog
  readonly objects: ResolvedObjects
  readonly parameters: BoundParameters
  readonly usesOf: UsesOf
  /** Default says `scheduleType: ondemand`. */
  readonly onDemand: boolean
  /** Refuse also what AWS refused and Sluice does not. */
  readonly strict: boolean
  /** A definition of AWS's is ten years old: what AWS let pass is a warning in it, where the YAML form makes it a mistake. */
  readonly form: DefinitionForm
  /** Whether it is only looked at or is to run now. */
  readonly purpose: Purpose
  /** Absent where nobody asks what lies in the past. */
  readonly now?: Date
}
