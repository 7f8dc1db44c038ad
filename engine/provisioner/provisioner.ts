import type { ResourceInstance } from '../store/resources.ts'
import type { Store } from '../store/open-store.ts'
import { startLoop, type LoopClock } from '../support/wakeable-loop.ts'

/** Makes and takes away the machine of one resource instance. */
export interface ResourceMaker {
  provision(resource: ResourceInstance, signal: AbortSignal): Promise<{ readonly resourceId: string }>
  terminate(resource: ResourceInstance, signal: AbortSignal): Promise<void>
}

export interface ProvisionerOptions {
  readonly store: Pick<Store, 'resources' | 'signals'>
  readonly maker: ResourceMaker
  readonly onError: (error: unknown) => void
  readonly sweepMs?: number
  readonly clock?: LoopClock
}

/** Resources live as long as an instance runs on them: made when the first activity on them is ready, terminated when the last has ended.
 *  A slow one keeps no other waiting. Stopping hands back what is being made, at no cost of a try.
 *  @see spec/behaviour.md 12 */
export function startProvisioner(options: ProvisionerOptions): { stop(): Promise<void> } {
  const { store, onError } = options
  const stopping = new AbortController()
  const underWay = new Map<string, Promise<void>>()
  const begin = (resource: ResourceInstance, work: typeof provision): void => {
    const done = work(options, resource, stopping.signal)
      .catch(onError) // it is taken again when its lease has ended
      .finally(() => underWay.delete(resource.id))
    underWay.set(resource.id, done)
  }
  const once = async (): Promise<number> => {
    if (underWay.size > 0) await store.resources.keep([...underWay.keys()])
    for (const resource of await store.resources.takeWanted()) begin(resource, provision)
    for (const resource of await store.resources.takeFinished()) begin(resource, terminate)
    return options.sweepMs ?? 5000
  }
  const loop = startLoop(once, { onError, spacingMs: 20, clock: options.clock })
  const { signals } = store
  const off = [signals.on('planned', loop.wake), signals.on('drained', loop.wake), signals.on('activated', loop.wake)]
  return {
    async stop() {
      for (const stop of off) stop()
      stopping.abort(new Error('the provisioner is stopping'))
      await loop.stop()
      await Promise.all(underWay.values())
    },
  }
}

async function provision({ store, maker }: ProvisionerOptions, resource: ResourceInstance, signal: AbortSignal): Promise<void> {
  const made = await maker
    .provision(resource, signal)
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  if (!(made instanceof Error)) await store.resources.markRunning(resource.id, made.resourceId)
  else if (signal.aborted) await store.resources.markReleased(resource.id)
  else await store.resources.markFailed(resource.id, 'ResourceFailed', made.message)
  store.signals.emit('outbox')
}

async function terminate({ store, maker }: ProvisionerOptions, resource: ResourceInstance, signal: AbortSignal): Promise<void> {
  await maker.terminate(resource, signal)
  await store.resources.markGone(resource.id)
  store.signals.emit('drained') // the pipeline may have nothing left now
}
