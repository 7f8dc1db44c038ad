import type { CompiledDefinition, Component } from '../../engine/definition/pipeline-definition.ts'

/** Which activity waits for which, by id. */
export type Graph = Readonly<Record<string, readonly string[]>>

/** A definition, on demand, whose activities do nothing. `defaults` are fields of each. */
export function noopDefinition(graph: Graph, defaults: Readonly<Record<string, string>> = {}): CompiledDefinition {
  const components = Object.entries(graph).map(([id, dependsOn]): Component => ({
    id,
    name: id,
    type: 'NoopActivity',
    fields: { ...defaults, dependsOn: dependsOn.map((ref) => ({ ref })) },
  }))
  return {
    name: 'bench',
    components: Object.fromEntries(components.map((component) => [component.id, component])),
    parameters: {},
    secretParameters: [],
    onDemand: true,
  }
}
