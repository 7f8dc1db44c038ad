import { isConnectionError } from './connection-error.ts'
import type { Lane, Task } from './task.ts'

/** Which of its claims a worker has heard of. When the connection is lost while it claims, it may hold tasks without knowing: those are found
 *  before it claims again. Left alone their leases would end, and each would have cost a try without having run. */
export interface HeardClaims {
  /** Whether an answer of the lane was lost. */
  isUnsure(lane: Lane): boolean
  /** Tasks claimed in answers that were lost, up to `want`. Rejects when the store is away; they are then looked for again. */
  find(lane: Lane, want: number): Promise<readonly Task[]>
  /** What `ask` answers; when it fails for its connection, claims of the lane may be unheard. */
  watch<Answer>(lane: Lane, ask: () => Promise<Answer>): Promise<Answer>
  /** Notes tasks that an answer brought, and returns those that are new: `find` may have been first. */
  hear(tasks: readonly Task[]): readonly Task[]
  /** Nobody was told of these: they are to be found again. */
  unhear(lane: Lane, tasks: readonly Task[]): void
  /** They are not to be remembered: nothing that has ended is found. */
  forget(ended: readonly { readonly fence: string }[]): void
}

/** `look` finds claims in this worker's name with other fences than those that are `known`. */
export function heardClaims(look: (lane: Lane, known: readonly string[], want: number) => Promise<readonly Task[]>): HeardClaims {
  const known = new Set<string>()
  const unsure = new Set<Lane>()
  /** Of each look under way: what it may find although it was heard of, and maybe has ended, by the time of its answer. */
  const looks = new Set<Set<string>>()

  function hear(tasks: readonly Task[]): readonly Task[] {
    const fresh = tasks.filter(({ fence }) => !known.has(fence))
    for (const set of [known, ...looks]) for (const { fence } of fresh) set.add(fence)
    return fresh
  }

  return {
    isUnsure: (lane) => unsure.has(lane),
    async find(lane, want) {
      unsure.delete(lane)
      const meanwhile = new Set(known)
      looks.add(meanwhile)
      try {
        const found = await look(lane, [...known], want)
        if (found.length === want) unsure.add(lane) // there may be more
        return hear(found.filter(({ fence }) => !meanwhile.has(fence)))
      } catch (error) {
        unsure.add(lane)
        throw error
      } finally {
        looks.delete(meanwhile)
      }
    },
    async watch(lane, ask) {
      try {
        return await ask()
      } catch (error) {
        if (isConnectionError(error)) unsure.add(lane)
        throw error
      }
    },
    hear,
    unhear(lane, tasks) {
      if (tasks.length > 0) unsure.add(lane)
      for (const { fence } of tasks) known.delete(fence)
    },
    forget(ended) {
      for (const { fence } of ended) known.delete(fence)
    },
  }
}
