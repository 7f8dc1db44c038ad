import type { DueAction } from '../store/actions.ts'
import type { Store } from '../store/open-store.ts'
import { machineClock, startLoop, type LoopClock } from '../support/wakeable-loop.ts'

export interface DispatcherOptions {
  readonly store: Pick<Store, 'sweeping' | 'actions' | 'signals'>
  /** Sends the hints that wait in the outbox to the queue. */
  readonly pump: () => Promise<void>
  /** Performs one action; a rejection has it tried again later. */
  readonly perform: (action: DueAction) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly sweepMs?: number
  /** How often ready attempts that no one took are offered again. */
  readonly reofferMs?: number
  readonly clock?: LoopClock
}

/** How often an action is tried before it is given up with an event. */
const actionTries = 5

/** Brings what is ready to the queue and fires actions, on signals; sweeps behind them. */
export function startDispatcher(options: DispatcherOptions): { stop(): Promise<void> } {
  const { store, onError, clock = machineClock } = options
  const sweepMs = options.sweepMs ?? 5000
  // Apart, so that a queue that is away does not keep alarms from being sent.
  // Not at once, so that a worker of this very process, which is nudged, may take what was planned: then nobody needs the hint.
  const pump = startLoop(async () => (await options.pump(), 60_000), { onError, spacingMs: 10, clock })
  const act = startLoop(async () => (await performDue(options), 60_000), { onError, clock })
  const dispatch = (): void => {
    pump.wake()
    act.wake()
  }
  let reofferAt = clock.now()
  const sweepOnce = async (): Promise<number> => {
    const nextMs = await store.sweeping.sweep()
    if (clock.now() >= reofferAt) {
      await store.sweeping.reoffer()
      reofferAt = clock.now() + (options.reofferMs ?? 5000)
    }
    dispatch()
    return Math.max(5, Math.min(sweepMs, nextMs ?? sweepMs))
  }
  const sweeper = startLoop(sweepOnce, { onError, clock })
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
    const actions = await options.store.actions.take(20)
    await Promise.all(actions.map((action) => perform(options, action)))
    if (actions.length < 20) return
  }
}

/** An action that fails changes nothing about its instance: it is tried again, later each time, and at last told. */
async function perform({ store, perform: run }: DispatcherOptions, action: DueAction): Promise<void> {
  try {
    await run(action)
    await store.actions.end(action)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (action.tries >= actionTries) await store.actions.end(action, message)
    else await store.actions.delay(action, 5000 * 4 ** (action.tries - 1))
  }
}
