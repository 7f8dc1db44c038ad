import type { Hint } from './claims.ts'
import type { Lane } from './task.ts'

export interface ReadyAttempt {
  readonly attemptId: string
  readonly group: string
  readonly lane: Lane
  readonly priority: number
  /** Order of creation, for equal priorities. */
  readonly sequence: number
}

/** The ready attempts of a `memoryClaims`. */
export interface ReadyList<T extends ReadyAttempt> {
  add(attempt: T): void
  /** Removes and returns up to `want`, highest priority first, then oldest first. */
  take(groups: readonly string[], lane: Lane, want: number): T[]
}

export function createReadyList<T extends ReadyAttempt>(): ReadyList<T> {
  const lists = new Map<string, T[]>()
  return {
    add(attempt) {
      const list = lists.get(keyOf(attempt)) ?? []
      lists.set(keyOf(attempt), list)
      list.splice(placeOf(attempt, list), 0, attempt)
    },
    take(groups, lane, want) {
      const own = [...new Set(groups)].map((group) => lists.get(keyOf({ group, lane })) ?? []).filter((list) => list.length > 0)
      const taken: T[] = []
      while (taken.length < want) {
        const best = withBestEnd(own)?.pop()
        if (!best) break
        taken.push(best)
      }
      return taken
    },
  }
}

/** A few hints that name all the attempts, one for each group and lane and hundred. */
export function hintsFor(attempts: readonly ReadyAttempt[]): Hint[] {
  const open = new Map<string, { group: string; lane: Lane; attemptIds: string[] }>()
  const hints: Hint[] = []
  for (const { group, lane, attemptId } of attempts) {
    const key = keyOf({ group, lane })
    let hint = open.get(key)
    if (!hint || hint.attemptIds.length === 100) hints.push((hint = { group, lane, attemptIds: [] }))
    open.set(key, hint)
    hint.attemptIds.push(attemptId)
  }
  return hints
}

function keyOf({ group, lane }: { group: string; lane: Lane }): string {
  return `${lane} ${group}`
}

/** The list whose last attempt runs before the last ones of the others; undefined when all are empty. */
function withBestEnd<T extends ReadyAttempt>(lists: readonly T[][]): T[] | undefined {
  let best: { list: T[]; end: T } | undefined
  for (const list of lists) {
    const end = list.at(-1)
    if (end && (!best || order(end, best.end) > 0)) best = { list, end }
  }
  return best?.list
}

/** Above zero when `a` runs before `b`. Lists are kept worst first, so that taking the best is a pop. */
function order(a: ReadyAttempt, b: ReadyAttempt): number {
  return a.priority - b.priority || b.sequence - a.sequence
}

function placeOf(attempt: ReadyAttempt, list: readonly ReadyAttempt[]): number {
  let low = 0
  for (let high = list.length; low < high;) {
    const middle = (low + high) >>> 1
    const other = list[middle]
    if (other && order(other, attempt) < 0) low = middle + 1
    else high = middle
  }
  return low
}
