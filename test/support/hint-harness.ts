import { createHintPump } from '../../engine/queue/hint-pump.ts'
import type { HintQueue } from '../../engine/queue/hint-queue.ts'
import { memoryClaims } from '../../engine/queue/memory-claims.ts'
import { taskSource } from '../../engine/queue/store-task-source.ts'
import type { TaskSourceHarness } from '../conformance/task-source.ts'
import { virtualTime } from './virtual-pause.ts'

/** What a hint queue brings to the suite besides itself. */
export interface HintCarrier {
  readonly hints: HintQueue
  loseHints(): Promise<void>
  restart?(): Promise<void>
  stop(): Promise<void>
}

const fallbackPollMs = 5_000

/** A harness that tests a hint queue with claims in memory and a virtual clock, so that only a hint can wake a taker. */
export function hintHarness({ hints, loseHints, restart, stop }: HintCarrier): TaskSourceHarness {
  const time = virtualTime()
  const claims = memoryClaims({ now: time.now })
  const pump = createHintPump({ claims, hints })

  return {
    async source(claimant) {
      const source = taskSource({ claims, hints, claimant, fallbackPollMs, pause: time.pause, random: () => 0.5 })
      await source.start()
      return source
    },
    async add(attempts, silently) {
      claims.add(attempts)
      if (silently) await claims.takeHints(attempts.length)
      else await pump.pump()
    },
    offer: (some) => hints.offer(some),
    loseHints,
    async fallback(waiting) {
      await time.paused(waiting)
      time.advance(fallbackPollMs)
    },
    isFinished: (attemptId) => claims.outcome(attemptId)?.status === 'FINISHED',
    claimCount: claims.claimCount,
    restart,
    async [Symbol.asyncDispose]() {
      await hints.close()
      await stop()
    },
  }
}
