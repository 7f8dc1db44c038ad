import type { Claims, Hint } from './claims.ts'
import type { HintQueue } from './hint-queue.ts'

export interface HintPump {
  /** Offers every hint committed before the call, and says how many. Only one pass runs at a time: calls during one share its end.
   *  Rejects when the store or the queue fails; hints taken but not offered are kept for the next call. */
  pump(): Promise<number>
}

/** Carries hints from the store's outbox to the queue. Called after planning, and by the sweep. */
export function createHintPump({
  claims,
  hints,
  limit = 100,
}: {
  claims: Pick<Claims, 'takeHints'>
  hints: HintQueue
  limit?: number
}): HintPump {
  let running: Promise<number> | undefined
  let again = false
  let taken: readonly Hint[] = []

  async function run(): Promise<number> {
    let offered = 0
    try {
      do {
        again = false
        offered += await offerAll()
      } while (again)
    } finally {
      running = undefined
    }
    return offered
  }

  async function offerAll(): Promise<number> {
    for (let offered = 0; ; offered += taken.length, taken = []) {
      if (taken.length === 0) taken = await claims.takeHints(limit)
      if (taken.length === 0) return offered
      await hints.offer(taken)
    }
  }

  return {
    pump() {
      again = running !== undefined
      return (running ??= run())
    },
  }
}
