import type { World, WorldAttempt, WorldHint } from './state.ts'
import { byRank, groupKey } from './change.ts'

/** The hints for ready attempts. One attempt a hint up to 32, so that as many workers wake; beyond that in batches. */
export function hintsOf(attempts: readonly WorldAttempt[]): WorldHint[] {
  const groups = new Map<string, WorldAttempt[]>()
  for (const attempt of attempts) {
    const key = groupKey(attempt.group, attempt.lane)
    const group = groups.get(key)
    if (group) group.push(attempt)
    else groups.set(key, [attempt])
  }
  return [...groups.values()].flatMap((group) => {
    group.sort(byRank)
    const size = Math.max(1, Math.ceil(group.length / 32))
    const hints: WorldHint[] = []
    for (let at = 0; at < group.length; at += size) hints.push(hintOf(group.slice(at, at + size)))
    return hints
  })
}

/** Puts hints for ready attempts into the outbox. */
export function writeHints(world: World, attempts: readonly WorldAttempt[]): void {
  if (attempts.length > 0) world.hints.push(...hintsOf(attempts))
}

/** Takes hints out of the outbox, without what was claimed meanwhile. */
export function takeHints(world: World, limit: number): WorldHint[] {
  const taken = world.hints.slice(0, limit)
  world.hints = world.hints.slice(limit)
  return taken
    .map((hint) => ({
      ...hint,
      attempts: hint.attempts.filter(({ status, held }) => status === 'WAITING_FOR_RUNNER' && held === undefined),
    }))
    .filter(({ attempts }) => attempts.length > 0)
}

/** A hint for every group with ready attempts and none on the way. Returns how many. */
export function reoffer(world: World): number {
  if (!world.rules['what is lost is offered again']) return 0
  let count = 0
  const onTheWay = new Set(world.hints.map(({ group, lane }) => groupKey(group, lane)))
  for (const [key, ready] of world.ready) {
    if (ready.length === 0 || onTheWay.has(key)) continue
    world.hints.push(hintOf(ready.slice(-100).toReversed()))
    count++
  }
  return count
}

function hintOf(attempts: readonly WorldAttempt[]): WorldHint {
  const { group, lane } = attempts[0]!
  return { group, lane, attempts }
}
