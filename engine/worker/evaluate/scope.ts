import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import type { EvaluationScope } from '../../expression/index.ts'
import type { InstanceObject } from './instance-object.ts'

/** What the expressions of `self` may look at. `node` is the referrer, for preconditions and actions. */
export function scopeOf(
  { parameters, secretParameters }: CompiledDefinition,
  self: InstanceObject,
  node: InstanceObject | undefined,
): EvaluationScope {
  return {
    self,
    node,
    // An action tells what is known of its node; a field that is not there yet is an empty text there.
    lenientRuntime: self.declaration?.family === 'action',
    parameter: (id) => (Object.hasOwn(parameters, id) ? parameters[id] : undefined),
    isDeclaredParameter: (id) => Object.hasOwn(parameters, id) || /^my[A-Z_0-9]/.test(id),
    isSecretParameter: (id) => secretParameters.includes(id),
    parameterNames: () => Object.keys(parameters),
  }
}
