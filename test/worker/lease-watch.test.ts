import { expect, test } from 'vitest'
import { LeaseWatch } from '../../engine/worker/heartbeat/lease-watch.ts'
import type { Beat, Verdict } from '../../engine/worker/heartbeat/renewal.ts'
import type { Timers } from '../../engine/worker/timers.ts'

/** Time that passes when told, with the promises of each step settled. */
class VirtualTimers implements Timers {
  #now = 0
  readonly #due = new Map<() => void, number>()

  now = (): number => this.#now
  today = (): Date => new Date(this.#now)
  after = (ms: number, run: () => void): (() => void) => {
    this.#due.set(run, this.#now + ms)
    return () => this.#due.delete(run)
  }

  get pending(): number {
    return this.#due.size
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      const next = [...this.#due].toSorted((a, b) => a[1] - b[1])[0]
      if (!next || next[1] > until) break
      this.#due.delete(next[0])
      this.#now = Math.max(this.#now, next[1])
      next[0]()
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#now = until
  }
}

function start(renew: (beats: readonly Beat[]) => Promise<readonly Verdict[]>, silentMs: () => number = () => 0) {
  const timers = new VirtualTimers()
  const beats: { at: number; ids: string[]; progress: unknown[] }[] = []
  const reports: unknown[] = []
  const kills: number[] = []
  const watch = new LeaseWatch({
    timers,
    renewal: {
      renew(sent) {
        beats.push({ at: timers.now(), ids: sent.map(({ attemptId }) => attemptId), progress: sent.map(({ progress }) => progress) })
        return renew(sent)
      },
    },
    probeMainLoop: silentMs,
    report: (attemptId, verdict) => reports.push([timers.now(), attemptId, verdict]),
    kill: (group) => kills.push(group),
  })
  const keep = (attemptId: string, renewedMs = timers.now()): void => watch.watch({ attemptId, fence: '1', leaseMs: 30_000, renewedMs })
  return { watch, timers, beats, reports, kills, keep }
}

const held = async (beats: readonly Beat[]): Promise<readonly Verdict[]> => beats.map(() => 'held')

test('all leases are renewed in one call, every third of the lease, with the newest progress', async () => {
  const { watch, timers, beats, keep } = start(held)
  keep('a')
  keep('b')
  watch.progress('b', { rows: 1 })
  watch.progress('b', { rows: 2 })
  await timers.pass(25_000)
  expect(beats).toEqual([
    { at: 10_000, ids: ['a', 'b'], progress: [undefined, { rows: 2 }] },
    { at: 20_000, ids: ['a', 'b'], progress: [undefined, { rows: 2 }] },
  ])
})

test('while nothing is kept there is no timer', async () => {
  const { watch, timers, keep } = start(held)
  expect(timers.pending).toBe(0)
  keep('a')
  expect(timers.pending).toBe(1)
  watch.forget('a')
  expect(timers.pending).toBe(0)
})

test('a lease that cannot be renewed ends its attempt, and kills its children, before it can have ended', async () => {
  let reachable = true
  const renew = (beats: readonly Beat[]) => (reachable ? held(beats) : new Promise<never>(() => {}))
  const { watch, timers, reports, kills, keep } = start(renew)
  keep('a')
  watch.child('a', 4711, 'mark')
  await timers.pass(12_000) // last good beat sent at 10 s, so the lease runs to 40 s at least
  reachable = false
  await timers.pass(22_000)
  expect(reports).toEqual([])
  await timers.pass(6000)
  expect(reports).toEqual([[35_000, 'a', 'lost']])
  expect(kills).toEqual([4711])
})

test('the deadline counts from when a beat was sent, not from when it was answered', async () => {
  const answers: (() => void)[] = []
  const { timers, reports, keep } = start((beats) => new Promise((resolve) => answers.push(() => resolve(beats.map(() => 'held')))))
  keep('a')
  await timers.pass(19_000)
  answers[0]?.() // sent at 10 s, answered at 19 s
  await timers.pass(20_000)
  expect(reports).toEqual([[35_000, 'a', 'lost']])
})

test('a failed beat is repeated soon', async () => {
  let failures = 1
  const { timers, beats, keep } = start((sent) => (failures-- > 0 ? Promise.reject(new Error('cut')) : held(sent)))
  keep('a')
  await timers.pass(13_000)
  expect(beats.map(({ at }) => at)).toEqual([10_000, 12_500])
})

test('a claim that was taken over ends at once, children and all', async () => {
  const { watch, timers, reports, kills, keep } = start(async () => ['lost'])
  keep('a')
  watch.child('a', 4711, 'mark')
  await timers.pass(10_000)
  expect(reports).toEqual([[10_000, 'a', 'lost']])
  expect(kills).toEqual([4711])
  watch.child('a', 4712, 'mark') // started in the same moment
  expect(kills).toEqual([4711, 4712])
})

test('a cancelled attempt is ended gently, and killed when the main loop does not do it', async () => {
  const { watch, timers, reports, kills, keep } = start(async () => ['canceled'])
  keep('a')
  watch.child('a', 4711, 'mark')
  await timers.pass(10_000)
  expect(reports).toEqual([[10_000, 'a', 'canceled']])
  expect(kills).toEqual([])
  await timers.pass(20_000)
  expect(kills).toEqual([4711])
})

test('a child that has ended is not killed', async () => {
  const { watch, timers, kills, keep } = start(async () => ['lost'])
  keep('a')
  watch.child('a', 4711, 'mark')
  watch.childGone('a', 4711)
  await timers.pass(10_000)
  expect(kills).toEqual([])
})

test('a main loop that is silent for half a lease is not vouched for', async () => {
  let silentSince = Infinity
  const { watch, timers, beats, kills, keep } = start(held, () => Math.max(0, timers.now() - silentSince))
  keep('a')
  watch.child('a', 4711, 'mark')
  await timers.pass(11_000)
  silentSince = 10_000
  await timers.pass(12_000)
  expect(beats.map(({ at }) => at)).toEqual([10_000, 20_000]) // silent for 10 s: may be a long collection of garbage
  await timers.pass(25_000)
  expect(beats.map(({ at }) => at)).toEqual([10_000, 20_000])
  expect(kills).toEqual([4711])
})

test('asked to, it beats at once, so that a cancelled attempt need not wait for its next beat; the rhythm goes on from there', async () => {
  let verdict: Verdict = 'held'
  const { watch, timers, beats, reports, keep } = start(async (sent) => sent.map(() => verdict))
  watch.beatNow()
  expect(beats).toEqual([])
  keep('1')
  await timers.pass(3000)
  watch.beatNow()
  await timers.pass(9999)
  expect(beats.map(({ at }) => at)).toEqual([3000])
  await timers.pass(1)
  expect(beats.map(({ at }) => at)).toEqual([3000, 13_000])
  verdict = 'canceled'
  watch.beatNow()
  await timers.pass(1)
  expect(reports).toEqual([[13_001, '1', 'canceled']])
})
