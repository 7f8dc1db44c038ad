import type { WorldVerdict } from '../../lifecycle/world/claim.ts'
import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import type { Claims } from '../../queue/claims.ts'
import type { Store } from '../../store/open-store.ts'
import type { ActivationRequest } from '../activate-pipeline.ts'

/** What a simulation stands on: what the movers and workers ask of a store, answered by a world, or by a world and a store side by side. */
export interface Ground extends Pick<Store, 'planning' | 'sweeping' | 'actions' | 'resources' | 'signals'> {
  /** No answer is lost here. */
  readonly claims: Omit<Claims, 'unheard'>
  renew(beats: readonly { readonly attemptId: string; readonly fence: string }[]): Promise<readonly WorldVerdict[]>
  /** Stores a version, which is in force once it is activated. */
  put(pipelineId: string, version: number, definition: CompiledDefinition): Promise<void>
  activate(request: ActivationRequest): Promise<void>
  /** Pauses components, or resumes them; answers those that were not so. */
  pause(pipelineId: string, componentIds: readonly string[]): Promise<readonly string[]>
  resume(pipelineId: string, componentIds: readonly string[]): Promise<readonly string[]>
  setPool(name: string, slots: number): Promise<void>
  deactivate(pipelineId: string, keep: boolean): Promise<boolean>
  /** Cancels instances, by id. */
  cancel(instanceIds: readonly string[], reason: string): Promise<number>
  /** Marks instances finished; answers the ids of those that were not. */
  finish(instanceIds: readonly string[]): Promise<readonly string[]>
  /** Runs instances again, and what goes with them; false when there is nothing that may run again. */
  rerun(pipelineId: string, instanceIds: readonly string[], downstream: boolean): Promise<boolean>
}
