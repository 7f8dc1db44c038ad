import { setImmediate as immediate } from 'node:timers/promises'
import type { World } from '../../engine/lifecycle/world/state.ts'
import type { Claimant, Hint } from '../../engine/queue/claims.ts'
import type { Lane, Settlement, Task } from '../../engine/queue/task.ts'
import { activatePipeline } from '../../engine/scheduler/activate-pipeline.ts'
import type { Ground } from '../../engine/scheduler/simulation/ground.ts'
import type { Catalog } from '../../engine/spec/catalog.ts'
import { cancelInstances, type DueAction } from '../../engine/store/actions.ts'
import { leaseMs, postgresClaims } from '../../engine/store/claims.ts'
import { deactivate, markFinished, pauseComponents, rerun, rerunSet, resumeComponents } from '../../engine/store/commands.ts'
import { setPool } from '../../engine/store/pools.ts'
import type { ResourceInstance } from '../../engine/store/resources.ts'
import { Broken } from './checker.ts'
import { groupsOf, idle, idleEvery, isEmpty, isRefusal, keysOf, rounded, settled, sortedDue, tasksOf } from './lockstep-answers.ts'
import type { LockstepStore } from './lockstep-store.ts'
import { keyOf, storeSnapshot, worldSnapshot, type StoreSnapshot } from './snapshot.ts'

const looksEvery = 25

/** A world and a store that do everything together. After each step they must agree, in what they answered and in what they hold. */
export class LockstepGround {
  readonly ground: Ground
  readonly #own: Ground
  readonly #world: World
  readonly #lockstep: LockstepStore
  readonly #catalog: Catalog
  readonly #now: () => number
  /** Called once for each step that changed the world since it was last asked. */
  readonly #hasChanged: () => boolean
  #turn: Promise<unknown> = Promise.resolve()
  #quietSteps = 0
  #idleSteps = 0
  #stale = false
  #last: StoreSnapshot | undefined
  /** Fences of the store by those of the world, and ids of its actions. */
  readonly #fences = new Map<string, string>()
  readonly #actions = new Map<string, DueAction>()

  constructor(options: {
    own: Ground
    world: World
    lockstep: LockstepStore
    catalog: Catalog
    now: () => number
    hasChanged: () => boolean
  }) {
    this.#own = options.own
    this.#world = options.world
    this.#lockstep = options.lockstep
    this.#catalog = options.catalog
    this.#now = options.now
    this.#hasChanged = options.hasChanged
    this.ground = this.#make()
  }

  /** Resolves when nothing is under way any more. */
  async quiet(): Promise<void> {
    for (let turn: unknown; turn !== this.#turn;) {
      turn = this.#turn
      await this.#turn.catch(() => {})
      await immediate()
    }
  }

  /** One step of both. `tell` makes the two answers comparable. */
  #both<T>(
    name: string,
    inWorld: () => Promise<T>,
    inStore: () => Promise<unknown>,
    tell: (answer: T, fromStore: unknown) => [unknown, unknown],
  ): Promise<T> {
    const step = this.#turn.then(async () => {
      await this.#lockstep.setTime(this.#now())
      const first = await settled(inWorld)
      if (idle.has(name) && 'value' in first && isEmpty(first.value) && !this.#noteChange() && this.#idleSteps++ % idleEvery !== 0)
        return first.value
      const second = await settled(inStore)
      if ('error' in first || 'error' in second) {
        if ('error' in first && 'error' in second && isRefusal(first.error) && isRefusal(second.error)) throw first.error
        const told = (side: object): string => ('error' in side ? String(side.error) : 'did it')
        throw new Broken(`${name}: the world: ${told(first)}; the store: ${told(second)}`)
      }
      await this.#compare(name)
      const [a, b] = tell(first.value, second.value)
      if (JSON.stringify(a) !== JSON.stringify(b))
        throw new Broken(`${name}: the world answers ${JSON.stringify(a)}, the store ${JSON.stringify(b)}`)
      return first.value
    })
    this.#turn = step.catch(() => {})
    return step
  }

  /** Whether anything has changed since the two were compared. */
  #noteChange(): boolean {
    if (this.#hasChanged()) this.#stale = true
    return this.#stale
  }

  async #compare(name: string): Promise<void> {
    if (!this.#noteChange() && this.#quietSteps++ < looksEvery) return
    this.#quietSteps = 0
    this.#stale = false
    const [ours, theirs] = [worldSnapshot(this.#world), await storeSnapshot(this.#lockstep.store.pool)]
    this.#last = theirs
    for (const attempt of this.#world.attempts) {
      const there = attempt.fence === undefined ? undefined : theirs.attempts.get(`${keyOf(attempt.instance)}#${attempt.number}`)
      if (there?.fence) this.#fences.set(`${attempt.id} ${attempt.fence}`, there.fence)
    }
    if (ours.lines.join('\n') === theirs.lines.join('\n')) return
    const [mine, its] = [new Set(ours.lines), new Set(theirs.lines)]
    const only = [
      ...ours.lines.filter((line) => !its.has(line)).map((line) => `  world: ${line}`),
      ...theirs.lines.filter((line) => !mine.has(line)).map((line) => `  store: ${line}`),
    ]
    throw new Broken(`after ${name} the world and the store differ:\n${only.slice(0, 12).join('\n') || '  in how often a line stands'}`)
  }

  #instance(id: string): string {
    return this.#last?.instances.get(keyOf(this.#world.instances[Number(id) - 1]!)) ?? '0'
  }

  #resource(resource: ResourceInstance): ResourceInstance {
    return { ...resource, id: this.#instance(resource.id) }
  }

  #attempt(id: string): string {
    const { instance, number } = this.#world.attempts[Number(id) - 1]!
    return this.#last?.attempts.get(`${keyOf(instance)}#${number}`)?.id ?? '0'
  }

  #fence(attemptId: string, fence: string): string {
    return this.#fences.get(`${attemptId} ${fence}`) ?? '-1'
  }

  #make(): Ground {
    const own = this.#own
    const { store } = this.#lockstep
    const { pool } = store
    // Of its own, since each claim begins with another group than the last.
    const claims = postgresClaims(pool, store.signals)
    const same = (a: unknown, b: unknown): [unknown, unknown] => [a, b]
    const any = (): [unknown, unknown] => [0, 0]
    const names = (a: readonly ResourceInstance[], b: unknown): [unknown, unknown] => [keysOf(a), keysOf(b as readonly ResourceInstance[])]
    return {
      signals: own.signals,
      planning: {
        dueSchedules: () =>
          this.#both('look', own.planning.dueSchedules, store.planning.dueSchedules, (a, b) => [sortedDue(a), sortedDue(b as typeof a)]),
        storePlans: (chains) =>
          this.#both(
            `plan of ${chains.map(([first]) => `${first?.target.schedule?.id} ${first?.target.schedule?.type} ${first?.target.schedule?.index}`).join()}`,
            () => own.planning.storePlans(chains),
            () => store.planning.storePlans(chains),
            same,
          ),
        endSchedule: (due) =>
          this.#both(
            'end schedule',
            () => own.planning.endSchedule(due),
            () => store.planning.endSchedule(due),
            any,
          ),
        beginHeld: () => this.#both('begin held', own.planning.beginHeld, store.planning.beginHeld, same),
        openMarks: own.planning.openMarks,
        endMark: own.planning.endMark,
        endBackfills: own.planning.endBackfills,
        finishPipelines: () => this.#both('finish pipelines', own.planning.finishPipelines, store.planning.finishPipelines, same),
      },
      sweeping: {
        sweep: () => this.#both('sweep', own.sweeping.sweep, store.sweeping.sweep, (a, b) => [rounded(a), rounded(b as typeof a)]),
        reoffer: () => this.#both('reoffer', own.sweeping.reoffer, store.sweeping.reoffer, same),
      },
      actions: {
        take: (limit) =>
          this.#both(
            'take actions',
            () => own.actions.take(limit),
            () => store.actions.take(limit),
            (a, b) => this.#matchActions(a, b as readonly DueAction[]),
          ),
        end: (action, failure) =>
          this.#both(
            'end action',
            () => own.actions.end(action, failure),
            () => store.actions.end(this.#actions.get(action.eventId)!, failure),
            any,
          ),
        delay: (action, ms) =>
          this.#both(
            'delay action',
            () => own.actions.delay(action, ms),
            () => store.actions.delay(this.#actions.get(action.eventId)!, ms),
            any,
          ),
      },
      resources: {
        tend: () => this.#both('tend', own.resources.tend, store.resources.tend, (a, b) => [rounded(a), rounded(b as typeof a)]),
        takeWanted: () => this.#both('take wanted', own.resources.takeWanted, store.resources.takeWanted, names),
        takeFinished: () => this.#both('take finished', own.resources.takeFinished, store.resources.takeFinished, names),
        keep: (kept) =>
          this.#both(
            'keep',
            () => own.resources.keep(kept),
            () => store.resources.keep(kept.map((each) => this.#resource(each))),
            (a, b) => [a.size, (b as typeof a).size],
          ),
        markReleased: (each) =>
          this.#both(
            'resource released',
            () => own.resources.markReleased(each),
            () => store.resources.markReleased(this.#resource(each)),
            any,
          ),
        markRunning: (each, provider) =>
          this.#both(
            'resource running',
            () => own.resources.markRunning(each, provider),
            () => store.resources.markRunning(this.#resource(each), provider),
            same,
          ),
        markFailed: (each, error, message) =>
          this.#both(
            'resource failed',
            () => own.resources.markFailed(each, error, message),
            () => store.resources.markFailed(this.#resource(each), error, message),
            same,
          ),
        markGone: (each) =>
          this.#both(
            'resource gone',
            () => own.resources.markGone(each),
            () => store.resources.markGone(this.#resource(each)),
            any,
          ),
      },
      claims: {
        claim: (claimant: Claimant, lane: Lane, want: number) =>
          this.#both(
            'claim',
            () => own.claims.claim(claimant, lane, want),
            () => claims.claim(claimant, lane, want),
            (a, b) => [tasksOf(a), tasksOf(b as readonly Task[])],
          ),
        settle: (claimant, lane, settlements, want) =>
          this.#both(
            `settle ${settlements.map(({ outcome }) => outcome.status).join(', ')}`,
            () => own.claims.settle(claimant, lane, settlements, want),
            () =>
              claims.settle(
                claimant,
                lane,
                settlements.map((each) => this.#translated(each)),
                want,
              ),
            (a, b) => {
              const other = b as typeof a
              return [
                [a.accepted, tasksOf(a.next), a.hints.length],
                [other.accepted, tasksOf(other.next), other.hints.length],
              ]
            },
          ),
        takeHints: (limit) =>
          this.#both(
            'take hints',
            () => own.claims.takeHints(limit),
            () => claims.takeHints(limit),
            (a, b) => [groupsOf(a), groupsOf(b as readonly Hint[])],
          ),
      },
      renew: (beats) =>
        this.#both(
          'beat',
          () => own.renew(beats),
          async () => {
            const values = [
              beats.map(({ attemptId }) => this.#attempt(attemptId)),
              beats.map(({ attemptId, fence }) => this.#fence(attemptId, fence)),
              beats.map(() => null),
              `${leaseMs} milliseconds`,
            ]
            const { rows } = await pool.query<{ verdicts: string[] }>({
              name: 'renew',
              text: 'select renew_leases($1::bigint[], $2::bigint[], $3::json[], $4) as verdicts',
              values,
            })
            return rows[0]!.verdicts
          },
          same,
        ),
      put: (pipelineId, version, definition) =>
        this.#both(
          'put',
          () => own.put(pipelineId, version, definition),
          () => this.#lockstep.put(this.#catalog, pipelineId, definition),
          any,
        ),
      pause: (id, ids) =>
        this.#both(
          'pause',
          () => own.pause(id, ids),
          () => pauseComponents(store, id, ids),
          same,
        ),
      resume: (id, ids) =>
        this.#both(
          'resume',
          () => own.resume(id, ids),
          () => resumeComponents(store, id, ids),
          same,
        ),
      setPool: (name, slots) =>
        this.#both(
          'set pool',
          () => own.setPool(name, slots),
          () => setPool(store, name, slots),
          any,
        ),
      activate: (request) =>
        this.#both(
          'activate',
          () => own.activate(request),
          () => activatePipeline(store, this.#catalog, request),
          any,
        ),
      deactivate: (id, keep) =>
        this.#both(
          'deactivate',
          () => own.deactivate(id, keep),
          () => deactivate(store, id, keep),
          same,
        ),
      cancel: (ids, reason) =>
        this.#both(
          'cancel',
          () => own.cancel(ids, reason),
          () =>
            cancelInstances(
              pool,
              ids.map((id) => this.#instance(id)),
              reason,
            ),
          same,
        ),
      finish: (ids) =>
        this.#both(
          'mark finished',
          () => own.finish(ids),
          () =>
            markFinished(
              store,
              ids.map((id) => this.#instance(id)),
            ),
          (a, b) => [a.length, (b as readonly string[]).length],
        ),
      rerun: (pipelineId, ids, downstream) =>
        this.#both(
          'rerun',
          () => own.rerun(pipelineId, ids, downstream),
          async () => {
            const request = { pipelineId, targets: ids.map((id) => this.#instance(id)), downstream }
            return rerun(store, request, await rerunSet(store, request))
          },
          same,
        ),
    }
  }

  #translated(settlement: Settlement): Settlement {
    const { attemptId, fence } = settlement
    return { ...settlement, attemptId: this.#attempt(attemptId), fence: this.#fence(attemptId, fence) }
  }

  #matchActions(ours: readonly DueAction[], theirs: readonly DueAction[]): [unknown, unknown] {
    const told = ({ pipelineId, instanceKey, referrerId, event, tries, status, rerun: again }: DueAction): unknown => [
      pipelineId,
      instanceKey,
      referrerId,
      event,
      tries,
      status,
      again,
    ]
    const left = [...theirs]
    for (const action of ours) {
      const at = left.findIndex((other) => JSON.stringify(told(other)) === JSON.stringify(told(action)))
      if (at >= 0) this.#actions.set(action.eventId, left.splice(at, 1)[0]!)
    }
    return [
      ours
        .map(told)
        .map((each) => JSON.stringify(each))
        .toSorted(),
      theirs
        .map(told)
        .map((each) => JSON.stringify(each))
        .toSorted(),
    ]
  }
}
