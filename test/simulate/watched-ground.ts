import type { Ground } from '../../engine/scheduler/simulation/ground.ts'
import type { Checker } from './checker.ts'

/** A ground at which a checker looks: at what is planned, claimed and settled, and at what a sweep answers. `broken` hears what it finds. */
export function watchedGround(ground: Ground, checker: Checker, broken: (error: unknown) => void): Ground {
  const guarded = (check: () => void): void => {
    try {
      check()
    } catch (error) {
      broken(error)
    }
  }
  return {
    ...ground,
    planning: {
      ...ground.planning,
      async storePlans(chains) {
        try {
          return await checker.plan(chains, () => ground.planning.storePlans(chains))
        } catch (error) {
          broken(error)
          throw error
        }
      },
    },
    sweeping: {
      ...ground.sweeping,
      async sweep() {
        const nextMs = await ground.sweeping.sweep()
        guarded(() => checker.swept(nextMs))
        return nextMs
      },
    },
    claims: {
      ...ground.claims,
      async claim(claimant, lane, want) {
        const tasks = await ground.claims.claim(claimant, lane, want)
        guarded(() => checker.claimed(tasks))
        return tasks
      },
      async settle(claimant, lane, settlements, want) {
        const answer = await ground.claims.settle(claimant, lane, settlements, want)
        guarded(() => {
          for (const [index, settlement] of settlements.entries()) checker.settled(settlement, answer.accepted[index] ?? false)
          checker.claimed(answer.next)
        })
        return answer
      },
    },
  }
}
