import type { Clients } from '../clients/clients.ts'
import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { ResourceContext, ResourceDeclaration } from '../spec/declarations.ts'
import type { ResourceInstance } from '../store/resources.ts'

export interface ResourceParts {
  readonly catalog: Catalog
  readonly clients: Clients
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
  readonly home: string
}

/** Makes and takes away resources as their types declare it. */
export function resourceMaker(parts: ResourceParts) {
  return {
    async provision(resource: ResourceInstance, signal: AbortSignal): Promise<{ readonly resourceId: string }> {
      const declaration = await declarationOf(parts, resource)
      return declaration.provision({} as never, contextOf(parts, resource, signal))
    },
    async terminate(resource: ResourceInstance, signal: AbortSignal): Promise<void> {
      const declaration = await declarationOf(parts, resource)
      await declaration.terminate({ resourceId: resource.providerId ?? '' }, contextOf(parts, resource, signal))
    },
  }
}

async function declarationOf(
  { catalog, definitions }: ResourceParts,
  { pipelineId, version, componentId }: ResourceInstance,
): Promise<ResourceDeclaration> {
  const definition = await definitions.get(pipelineId, version)
  const declaration = catalog.get(definition.components[componentId]?.type ?? '')
  if (declaration?.family !== 'resource') throw new Error(`${componentId} is not a resource.`)
  return declaration
}

function contextOf({ home }: ResourceParts, { key, attempt, pipelineId }: ResourceInstance, signal: AbortSignal): ResourceContext {
  return { home, instanceId: key, attemptNumber: attempt, pipelineId, signal }
}
