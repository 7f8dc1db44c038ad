import { afterEach, describe, expect, test } from 'vitest'
import type { Claimant, Hint } from '../../engine/queue/claims.ts'
import type { TaskSource } from '../../engine/queue/task-source.ts'
import type { Lane, Settlement, Task } from '../../engine/queue/task.ts'

/** An attempt that the suite asks for. */
export interface WantedAttempt {
  readonly attemptId: string
  readonly group: string
  readonly lane?: Lane
  readonly priority?: number
  readonly dependsOn?: readonly string[]
}

/** What a variant gives to be tested. */
export interface TaskSourceHarness extends AsyncDisposable {
  /** A started source of its own for the claimant; the suite closes it. */
  source(claimant: Claimant): Promise<TaskSource>
  /** Adds attempts; ready ones get their hints offered, unless `silently`. */
  add(attempts: readonly WantedAttempt[], silently?: 'silently'): Promise<void>
  offer(hints: readonly Hint[]): Promise<void>
  /** Empties whatever carries the hints. */
  loseHints(): Promise<void>
  /** Resolves when this many takes wait, and then makes all of them look at the store as the fallback does. */
  fallback(waiting: number): Promise<void>
  isFinished(attemptId: string): boolean
  claimCount(attemptId: string): number
  /** Breaks the carrier of the hints and mends it again; absent when there is none. */
  restart?(): Promise<void>
}

const finished = ({ attemptId, fence }: Task): Settlement => ({ attemptId, fence, outcome: { status: 'FINISHED' }, retryDelayMs: 0 })

function first([task]: readonly Task[]): Task {
  if (!task) throw new Error('No task was taken.')
  return task
}

const ids = (tasks: readonly Task[]) => tasks.map(({ attemptId }) => attemptId)
const numbered = (count: number, rest: Omit<WantedAttempt, 'attemptId'>): WantedAttempt[] =>
  Array.from({ length: count }, (_, index) => ({ attemptId: String(index + 1), ...rest }))

const byText = (a: string, b: string) => a.localeCompare(b)

/** Takes and settles until `count` attempts are done by all the sources together; returns who ran what. */
async function drain(sources: readonly TaskSource[], count: number, want = 10): Promise<string[]> {
  const ran: string[] = []
  const done = new AbortController()
  const loop = async (source: TaskSource) => {
    let tasks = await source.take('activity', want, done.signal)
    while (tasks.length > 0) {
      ran.push(...ids(tasks))
      const { next } = await source.settle('activity', tasks.map(finished), want)
      if (ran.length >= count) done.abort()
      tasks = next.length > 0 ? next : await source.take('activity', want, done.signal)
    }
  }
  await Promise.all(sources.map(loop))
  return ran
}

/** What holds for every way of getting tasks. */
export function testTaskSource(name: string, start: () => Promise<TaskSourceHarness>): void {
  describe(`a task source: ${name}`, () => {
    const open: TaskSource[] = []
    let harness: TaskSourceHarness | undefined

    async function begin(): Promise<TaskSourceHarness> {
      return (harness = await start())
    }

    async function worker(workerId = 'w1', groups: readonly string[] = ['default']): Promise<TaskSource> {
      if (!harness) throw new Error('Call begin() first.')
      const source = await harness.source({ workerId, hostname: 'host', groups })
      open.push(source)
      return source
    }

    afterEach(async () => {
      await Promise.all(open.splice(0).map((source) => source.close()))
      await harness?.[Symbol.asyncDispose]()
    })

    test('take waits for a task and returns it claimed', async () => {
      const { add, claimCount } = await begin()
      const source = await worker()
      const taking = source.take('activity', 1, AbortSignal.timeout(10_000))
      await add([{ attemptId: '1', group: 'default' }])
      expect(await taking).toMatchObject([{ attemptId: '1', fence: expect.stringMatching(/./), taskId: expect.stringMatching(/./) }])
      expect(claimCount('1')).toBe(1)
    })

    test('of 1,000 attempts and four workers, no attempt goes to two of them', async () => {
      const { add } = await begin()
      const workers = await Promise.all(['w1', 'w2', 'w3', 'w4'].map((id) => worker(id)))
      await add(numbered(1_000, { group: 'default' }))
      const ran = await drain(workers, 1_000)
      expect(ran).toHaveLength(1_000)
      expect(new Set(ran).size).toBe(1_000)
    })

    test('a fan-out from one attempt to 100 readies all of them, wherever they run', async () => {
      const { add } = await begin()
      const workers = await Promise.all(['w1', 'w2'].map((id) => worker(id)))
      await add([{ attemptId: 'root', group: 'default' }, ...numbered(100, { group: 'default', dependsOn: ['root'] })])
      expect((await drain(workers, 101, 3))[0]).toBe('root')
    })

    test('what a hint names beyond one worker’s slots is passed on to another that waits', async () => {
      const { add } = await begin()
      const [one, two] = [await worker('w1'), await worker('w2')]
      const taking = [one, two].map((source) => source.take('activity', 1, AbortSignal.timeout(10_000)))
      await add(numbered(2, { group: 'default' })) // one hint for both
      expect((await Promise.all(taking)).map((tasks) => first(tasks).attemptId).toSorted(byText)).toEqual(['1', '2'])
    })

    test('a hint that is doubled, stale or about an unknown attempt runs nothing and does not wake the taker', async () => {
      const { add, offer, claimCount } = await begin()
      const source = await worker()
      await add([{ attemptId: '1', group: 'default' }])
      const task = first(await source.take('activity', 5, AbortSignal.timeout(10_000)))
      await source.settle('activity', [finished(task)], 0)
      const hint: Hint = { group: 'default', lane: 'activity', attemptIds: ['1'] }
      await offer([hint, hint, { ...hint, attemptIds: ['no such attempt'] }])
      const taking = source.take('activity', 5, AbortSignal.timeout(10_000))
      await add([{ attemptId: '2', group: 'default' }])
      expect(ids(await taking)).toEqual(['2'])
      expect(claimCount('1')).toBe(1)
    })

    test('lost hints only delay: the fallback takes everything', async () => {
      const { add, loseHints, fallback } = await begin()
      const source = await worker()
      await add(numbered(20, { group: 'elsewhere' }))
      await loseHints()
      const taking = source.take('activity', 50, AbortSignal.timeout(10_000))
      await add(
        numbered(20, { group: 'default' }).map((each) => ({ ...each, attemptId: `d${each.attemptId}` })),
        'silently',
      )
      await fallback(1)
      expect(await taking).toHaveLength(20)
    })

    test('the highest priority comes first, then the oldest', async () => {
      const { add } = await begin()
      const source = await worker()
      await add([
        { attemptId: 'low', group: 'default', priority: -1 },
        { attemptId: 'old', group: 'default' },
        { attemptId: 'new', group: 'default' },
        { attemptId: 'high', group: 'default', priority: 9 },
      ])
      expect(ids(await source.take('activity', 2, AbortSignal.timeout(10_000)))).toEqual(['high', 'old'])
      expect(ids(await source.take('activity', 2, AbortSignal.timeout(10_000)))).toEqual(['new', 'low'])
    })

    test('lanes and worker groups are apart, whatever the names of the groups are', async () => {
      const { add } = await begin()
      const groups = ['a:b', 'a_b', 'A:B', 'größe {1} \u0000', '']
      const workers = await Promise.all(groups.map((group) => worker(`w ${group}`, [group])))
      const signal = AbortSignal.timeout(10_000)
      const taking = workers.flatMap((source) => [source.take('activity', 9, signal), source.take('precondition', 9, signal)])
      await add(
        groups.flatMap((group, index) => [
          { attemptId: `activity ${index}`, group },
          { attemptId: `precondition ${index}`, group, lane: 'precondition' as const },
        ]),
      )
      expect((await Promise.all(taking)).map(ids)).toEqual(groups.flatMap((_, index) => [[`activity ${index}`], [`precondition ${index}`]]))
    })

    test('a worker of several groups is woken by each of them', async () => {
      const { add } = await begin()
      const source = await worker('w1', ['a', 'b'])
      for (const group of ['b', 'a', 'b']) {
        const taking = source.take('activity', 1, AbortSignal.timeout(10_000))
        await add([{ attemptId: `${group} ${Math.random()}`, group }])
        expect(await taking).toHaveLength(1)
      }
    })

    test('settle readies what depended on the attempt and returns it in the same call', async () => {
      const { add, isFinished } = await begin()
      const source = await worker()
      await add([
        { attemptId: 'a', group: 'default' },
        { attemptId: 'b', group: 'default', dependsOn: ['a'] },
        { attemptId: 'c', group: 'default', dependsOn: ['a', 'b'] },
      ])
      const tasks = await source.take('activity', 9, AbortSignal.timeout(10_000))
      expect(ids(tasks)).toEqual(['a'])
      const settled = await source.settle('activity', tasks.map(finished), 9)
      expect(settled.accepted).toEqual([true])
      expect(ids(settled.next)).toEqual(['b'])
      expect(isFinished('a')).toBe(true)
    })

    test('a settlement told twice is accepted twice and changes nothing the second time', async () => {
      const { add } = await begin()
      const source = await worker()
      await add([
        { attemptId: 'a', group: 'default' },
        { attemptId: 'b', group: 'default' },
        { attemptId: 'c', group: 'default', dependsOn: ['a', 'b'] },
      ])
      const a = first(await source.take('activity', 1, AbortSignal.timeout(10_000)))
      const b = first(await source.take('activity', 1, AbortSignal.timeout(10_000)))
      expect(await source.settle('activity', [finished(a)], 9)).toEqual({ accepted: [true], next: [] })
      expect(await source.settle('activity', [finished(a)], 9)).toEqual({ accepted: [true], next: [] }) // would ready c if counted twice
      expect(ids((await source.settle('activity', [finished(b)], 9)).next)).toEqual(['c'])
    })

    test('a settlement with a stale or invented fence is refused and changes nothing', async () => {
      const { add, isFinished } = await begin()
      const source = await worker()
      await add([{ attemptId: 'a', group: 'default' }])
      const old = first(await source.take('activity', 1, AbortSignal.timeout(10_000)))
      const released: Settlement = { ...finished(old), outcome: { status: 'RELEASED' } }
      const newest = first((await source.settle('activity', [released], 1)).next)
      expect(Number(newest.fence)).toBeGreaterThan(Number(old.fence))
      expect((await source.settle('activity', [finished(old), { ...finished(old), fence: '999999' }], 1)).accepted).toEqual([false, false])
      expect(isFinished('a')).toBe(false)
      expect((await source.settle('activity', [finished(newest)], 1)).accepted).toEqual([true])
    })

    test('take resolves empty when its signal is aborted, before or while it waits', async () => {
      await begin()
      const source = await worker()
      const stop = new AbortController()
      const taking = source.take('activity', 1, stop.signal)
      stop.abort()
      expect(await taking).toEqual([])
      expect(await source.take('activity', 1, stop.signal)).toEqual([])
    })

    test('a hint that arrives after its taker has left is kept for the next taker, even in another worker', async () => {
      const { add } = await begin()
      const [one, two] = [await worker('w1'), await worker('w2')]
      const stop = new AbortController()
      const left = one.take('activity', 1, stop.signal)
      const taking = two.take('activity', 1, AbortSignal.timeout(10_000))
      stop.abort()
      await left
      await add([{ attemptId: '1', group: 'default' }])
      expect(ids(await taking)).toEqual(['1'])
    })

    test('close ends takes that wait, and later ones resolve empty', async () => {
      await begin()
      const source = await worker()
      const signal = AbortSignal.timeout(10_000)
      const taking = [source.take('activity', 1, signal), source.take('precondition', 1, signal)]
      await source.close()
      expect(await Promise.all(taking)).toEqual([[], []])
      expect(await source.take('activity', 1, signal)).toEqual([])
      expect(signal.aborted).toBe(false)
    })

    test('a restart of what carries the hints is survived by takes that wait and by takes after it', async (context) => {
      const { add, restart } = await begin()
      if (!restart) return context.skip('what is kept in memory cannot be restarted')
      const source = await worker()
      const taking = source.take('activity', 1, AbortSignal.timeout(20_000))
      await restart()
      await add([{ attemptId: '1', group: 'default' }])
      expect(ids(await taking)).toEqual(['1'])
      const again = source.take('activity', 1, AbortSignal.timeout(20_000))
      await add([{ attemptId: '2', group: 'default' }])
      expect(ids(await again)).toEqual(['2'])
    })
  })
}
