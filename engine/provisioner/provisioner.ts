import type { Store } from '../store/open-store.ts'
import {
  markResourceFailed,
  markResourceGone,
  markResourceRunning,
  takeFinishedResources,
  takeWantedResources,
  type ResourceInstance,
} from '../store/resources.ts'
import { startLoop } from '../support/wakeable-loop.ts'

/** Makes and takes away the machine of one resource instance. */
export interface ResourceMaker {
  provision(resource: ResourceInstance, signal: AbortSignal): Promise<{ readonly resourceId: string }>
  terminate(resource: ResourceInstance, signal: AbortSignal): Promise<void>
}

export interface ProvisionerOptions {
  readonly store: Store
  readonly maker: ResourceMaker
  readonly onError: (error: unknown) => void
  readonly sweepMs?: number
}

/** Resources live as long as an instance runs on them: made when the first activity on them is ready, terminated when the last has ended.
 *  @see spec/behaviour.md 12 */
export function startProvisioner(options: ProvisionerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const loop = startLoop(async () => (await provisionOnce(options, stopping.signal), options.sweepMs ?? 5000), {
    onError: options.onError,
    spacingMs: 20,
  })
  const { signals } = options.store
  const off = [signals.on('planned', loop.wake), signals.on('drained', loop.wake), signals.on('activated', loop.wake)]
  return {
    stop() {
      for (const stop of off) stop()
      stopping.abort(new Error('the provisioner is stopping'))
      return loop.stop()
    },
  }
}

async function provisionOnce({ store, maker }: ProvisionerOptions, signal: AbortSignal): Promise<void> {
  const wanted = await takeWantedResources(store.pool)
  await Promise.all(wanted.map((resource) => provision(store, maker, resource, signal)))
  const finished = await takeFinishedResources(store.pool)
  await Promise.all(finished.map((resource) => terminate(store, maker, resource, signal)))
}

async function provision(store: Store, maker: ResourceMaker, resource: ResourceInstance, signal: AbortSignal): Promise<void> {
  try {
    const { resourceId } = await maker.provision(resource, signal)
    await markResourceRunning(store.pool, resource.id, resourceId)
    store.signals.emit('outbox')
  } catch (error) {
    await markResourceFailed(store.pool, resource.id, 'ResourceFailed', error instanceof Error ? error.message : String(error))
  }
}

async function terminate(store: Store, maker: ResourceMaker, resource: ResourceInstance, signal: AbortSignal): Promise<void> {
  await maker.terminate(resource, signal)
  await markResourceGone(store.pool, resource.id)
  store.signals.emit('drained') // the pipeline may have nothing left now
}
