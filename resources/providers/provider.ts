import type { ProvisionedResource, ResourceContext } from '../../engine/spec/declarations.ts'

/** Makes machines of one kind and takes them away. */
export interface ResourceProvider {
  /** Makes the machine of one resource instance. Asked again for the same instance, it answers with the machine that is already there. */
  provision(context: ResourceContext): Promise<ProvisionedResource>
  /** Takes the machine away; one that is gone already is no error. */
  terminate(resource: ProvisionedResource, context: ResourceContext): Promise<void>
}
