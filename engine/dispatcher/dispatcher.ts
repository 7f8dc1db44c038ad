import { delayAction, endAction, takeActions, type DueAction } from '../store/actions.ts'
import type { Store } from '../store/open-store.ts'
import { reoffer, sweep } from '../store/sweeping.ts'
import { startLoop } from '../support/wakeable-loop.ts'

export interface DispatcherOptions {
  readonly store: Store
  /** Sends the hints that wait in the outbox to the queue. */
  readonly pump: () => Promise<void>
  /** Performs one action; a rejection has it tried again later. */
  readonly perform: (action: DueAction) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly sweepMs?: number
  /** How often ready attempts that no one took are offered again. */
  readonly reofferMs?: number
}

/** How often an action is tried before it is given up with an event. */
const actionTries = 5

/** Brings what is ready to the queue and fires actions, on signals; sweeps behind them. */
export function startDispatcher(options: DispatcherOptions): { stop(): Promise<void> } {
  const { store, onError } = options
  const sweepMs = options.sweepMs ?? 5000
  // Apart, so that a queue that is away does not keep alarms from being sent.
  // Not at once, so that a worker of this very process, which is nudged, may take what was planned: then nobody needs the hint.
  const pump = startLoop(async () => (await options.pump(), 60_000), { onError, spacingMs: 10 })
  const act = startLoop(async () => (await performDue(options), 60_000), { onError })
  const dispatch = (): void => {
    pump.wake()
    act.wake()
  }
  let reofferAt = 0
  const sweepOnce = async (): Promise<number> => {
    const nextMs = await sweep(store.pool)
    if (performance.now() >= reofferAt) {
      await reoffer(store.pool)
      reofferAt = performance.now() + (options.reofferMs ?? 5000)
    }
    dispatch()
    return Math.max(5, Math.min(sweepMs, nextMs ?? sweepMs))
  }
  const sweeper = startLoop(sweepOnce, { onError })
  const off = [
    store.signals.on('outbox', dispatch),
    store.signals.on('planned', pump.wake),
    store.signals.on('activated', pump.wake),
    store.signals.on('held', sweeper.wake),
  ]
  return {
    async stop() {
      for (const stop of off) stop()
      await Promise.all([pump.stop(), act.stop(), sweeper.stop()])
    },
  }
}

async function performDue(options: DispatcherOptions): Promise<void> {
  for (;;) {
    const actions = await takeActions(options.store.pool, 20)
    await Promise.all(actions.map((action) => perform(options, action)))
    if (actions.length < 20) return
  }
}

/** An action that fails changes nothing about its instance: it is tried again, later each time, and at last told. */
async function perform({ store, perform: run }: DispatcherOptions, action: DueAction): Promise<void> {
  try {
    await run(action)
    await endAction(store.pool, action)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (action.tries >= actionTries) await endAction(store.pool, action, message)
    else await delayAction(store.pool, action, 5000 * 4 ** (action.tries - 1))
  }
}
