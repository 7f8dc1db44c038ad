import type { ResourceInstance } from '../store/resources.ts'
import type { Store } from '../store/open-store.ts'
import { startLoop, type LoopClock } from '../support/wakeable-loop.ts'

/** Makes and takes away the machine of one resource instance. Aborted when the engine stops and when the machine is no longer wanted. */
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

/** A machine that is being made or taken away. */
interface Work {
  readonly resource: ResourceInstance
  readonly abort: AbortController
  /** Settled once nothing of it goes on. */
  done: Promise<void>
}

/** Resources live as long as an instance runs on them: made when the first activity on them is ready, terminated when the last has ended.
 *  A slow one keeps no other waiting. Stopping hands back what is being made, at no cost of a try.
 *  @see spec/behaviour.md 12 */
export function startProvisioner(options: ProvisionerOptions): { stop(): Promise<void> } {
  const { store, onError, sweepMs = 5000 } = options
  const stopping = new AbortController()
  const underWay = new Set<Work>()
  const begin = (resource: ResourceInstance, act: typeof provision): void => {
    const work: Work = { resource, abort: new AbortController(), done: Promise.resolve() }
    underWay.add(work)
    work.done = act(options, resource, { stopping: stopping.signal, unwanted: work.abort.signal })
      .catch(onError) // it is taken again when its lease has ended
      .finally(() => underWay.delete(work))
  }
  const once = async (): Promise<number> => {
    const nextInMs = await store.resources.tend()
    await keepWanted(store, underWay)
    for (const resource of await store.resources.takeWanted()) begin(resource, provision)
    const finished = await store.resources.takeFinished()
    for (const resource of finished.filter(({ made }) => made)) begin(resource, terminate)
    if (finished.some(({ made }) => !made)) store.signals.emit('drained') // the pipeline may have nothing left now
    return Math.min(sweepMs, nextInMs ?? sweepMs)
  }
  const loop = startLoop(once, { onError, spacingMs: 20, clock: options.clock })
  const { signals } = store
  const off = (['planned', 'drained', 'activated', 'held'] as const).map((signal) => signals.on(signal, loop.wake))
  return {
    async stop() {
      for (const stop of off) stop()
      stopping.abort(new Error('the provisioner is stopping'))
      await loop.stop()
      await Promise.all([...underWay].map(({ done }) => done))
    },
  }
}

/** Renews what is under way, and aborts what is no longer wanted: it took too long, or was cancelled. */
async function keepWanted({ resources }: Pick<Store, 'resources'>, underWay: ReadonlySet<Work>): Promise<void> {
  const works = [...underWay]
  if (works.length === 0) return
  const wanted = await resources.keep(works.map(({ resource }) => resource))
  for (const { resource, abort } of works) if (!wanted.has(resource.id)) abort.abort(new Error(`${resource.key} is no longer wanted`))
}

interface Signals {
  readonly stopping: AbortSignal
  readonly unwanted: AbortSignal
}

async function provision({ store, maker }: ProvisionerOptions, resource: ResourceInstance, { stopping, unwanted }: Signals): Promise<void> {
  const made = await maker
    .provision(resource, AbortSignal.any([stopping, unwanted]))
    .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
  if (!(made instanceof Error)) {
    const wanted = await store.resources.markRunning(resource, made.resourceId)
    if (!wanted) await maker.terminate({ ...resource, providerId: made.resourceId }, stopping)
  } else if (stopping.aborted) await store.resources.markReleased(resource)
  else if (!unwanted.aborted) await store.resources.markFailed(resource, 'ResourceFailed', made.message)
  for (const signal of ['outbox', 'drained'] as const) store.signals.emit(signal)
}

async function terminate({ store, maker }: ProvisionerOptions, resource: ResourceInstance, { stopping, unwanted }: Signals): Promise<void> {
  await maker.terminate(resource, AbortSignal.any([stopping, unwanted]))
  await store.resources.markGone(resource)
  for (const signal of ['outbox', 'drained'] as const) store.signals.emit(signal) // the pipeline may have nothing left now
}
