import type { Claimant, Claims } from '../../engine/queue/claims.ts'
import { createHintPump } from '../../engine/queue/hint-pump.ts'
import { memoryHintQueue } from '../../engine/queue/memory.ts'
import { taskSource } from '../../engine/queue/store-task-source.ts'
import type { Task } from '../../engine/queue/task.ts'
import { testTaskSource } from '../conformance/task-source.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { testStore } from '../support/store.ts'
import { virtualTime } from '../support/virtual-pause.ts'

const fallbackPollMs = 5_000

testTaskSource('claims in PostgreSQL', async () => {
  const store = await testStore()
  const hints = memoryHintQueue()
  const time = virtualTime()
  const named = namedClaims(store.claims)
  const pump = createHintPump({ claims: named.claims, hints })
  const pumping = new Set<Promise<unknown>>()
  store.signals.on('outbox', () => pumping.add(pump.pump()))

  return {
    async source(claimant) {
      const source = taskSource({ claims: named.claims, hints, claimant, fallbackPollMs, pause: time.pause, random: () => 0.5 })
      await source.start()
      return source
    },
    async add(attempts, silently) {
      const rows = attempts.map(({ attemptId, group, lane, priority }) => ({ component: attemptId, grp: stored(group), lane, priority }))
      const edges = attempts.flatMap(({ attemptId, dependsOn = [] }) =>
        dependsOn.map((producer): [string, string] => [producer, attemptId]),
      )
      await plannedGraph(
        store,
        rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as typeof row),
        edges,
      )
      if (silently) await named.claims.takeHints(attempts.length)
      else await pump.pump()
    },
    offer: (some) => hints.offer(some),
    loseHints: async () => hints.clear(),
    async fallback(waiting) {
      await time.paused(waiting)
      time.advance(fallbackPollMs)
    },
    isFinished: (attemptId) => named.finished.has(attemptId),
    claimCount: (attemptId) => named.claimCounts.get(attemptId) ?? 0,
    async [Symbol.asyncDispose]() {
      await hints.close()
      await Promise.all(pumping)
      await store[Symbol.asyncDispose]()
    },
  }
})

/** The store's claims, with the suite's names of attempts for the store's numbers. */
function namedClaims(claims: Claims) {
  const ids = new Map<string, string>()
  const claimCounts = new Map<string, number>()
  const finished = new Set<string>()
  const rename = (task: Task): Task => {
    ids.set(task.componentId, task.attemptId)
    claimCounts.set(task.componentId, (claimCounts.get(task.componentId) ?? 0) + 1)
    return { ...task, attemptId: task.componentId }
  }
  const renamed: Claims = {
    claim: async (claimant, lane, want) => (await claims.claim(storedClaimant(claimant), lane, want)).map(rename),
    async settle(claimant, lane, settlements, want) {
      const numbered = settlements.map((settlement) => ({ ...settlement, attemptId: ids.get(settlement.attemptId) ?? '0' }))
      const result = await claims.settle(storedClaimant(claimant), lane, numbered, want)
      settlements.forEach(({ attemptId, outcome }, n) => result.accepted[n] && outcome.status === 'FINISHED' && finished.add(attemptId))
      return { ...result, next: result.next.map(rename) }
    },
    unheard: async (claimant, lane, known, want) => (await claims.unheard(storedClaimant(claimant), lane, known, want)).map(rename),
    takeHints: async (limit) => (await claims.takeHints(limit)).map((hint) => ({ ...hint, group: hint.group.replaceAll('<NUL>', '\0') })),
  }
  return { claims: renamed, claimCounts, finished }
}

function storedClaimant({ workerId, hostname, groups }: Claimant): Claimant {
  return { workerId: stored(workerId), hostname, groups: groups.map(stored) }
}

/** PostgreSQL holds no NUL, and a definition has none: only the suite does. */
function stored(name: string): string {
  return name.replaceAll('\0', '<NUL>')
}
