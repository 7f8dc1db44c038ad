import { isTerminal, mayFollow, type InstanceStatus } from '../../engine/lifecycle/statuses.ts'
import type { ChainAnswer, PlanChain, PlannedInterval, PlanStep } from '../../engine/lifecycle/planned.ts'
import { readyOf } from '../../engine/lifecycle/world/change.ts'
import { reasonOf } from '../../engine/lifecycle/world/reason.ts'
import type { ActionEvent, World, WorldInstance, WorldPipeline, WorldWatch } from '../../engine/lifecycle/world/state.ts'
import type { Settlement, Task } from '../../engine/queue/task.ts'

/** A promise of the specification that was broken. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

interface Shadow {
  rerun: number
  /** Attempts at the last look, and when this rerun began. */
  seen: number
  before: number
}

/** Operations after which what has ended may be open again, or FINISHED though it had ended otherwise. */
const asked: ReadonlySet<string> = new Set(['rerun', 'mark finished', 'activate', 'take wanted'])

/** Looks at a world after each step. What a step has touched is looked at in full, the rest now and then; nothing is taken from the world's
 *  own counts: everything is counted anew. */
export class Checker implements WorldWatch {
  world!: World
  now: () => number = () => 0
  steps = 0
  lastChange = 0
  readonly coverage = new Map<string, number>()
  #changed = false
  #noted = 0
  readonly #taken = new Map<string, number>()
  #states = ''
  trace: ((line: string) => void) | undefined
  readonly #touched = new Set<WorldInstance>()
  readonly #moves: { instance: WorldInstance; from: InstanceStatus | undefined; to: InstanceStatus }[] = []
  readonly #shadows = new Map<WorldInstance, Shadow>()
  readonly #keys = new Set<string>()
  readonly #acted = new Set<string>()
  readonly #fences = new Map<string, string>()
  readonly #endings = new Map<string, string>()
  readonly #planned = new Map<string, number>()

  changed(instance: WorldInstance, from: InstanceStatus | undefined): void {
    this.#touched.add(instance)
    if (from !== instance.status) this.#moves.push({ instance, from, to: instance.status })
  }

  acted(instance: WorldInstance, event: ActionEvent): void {
    const round = instance.family === 'resource' ? `${instance.rerun}.${instance.attemptCount}` : instance.rerun
    const key = `${instance.id} ${event} ${round}`
    if (this.#acted.has(key)) throw new Broken(`${instance.key} fires ${event} twice in one run`)
    this.#acted.add(key)
    this.count(event)
  }

  count(what: string): void {
    this.coverage.set(what, (this.coverage.get(what) ?? 0) + 1)
  }

  /** Whether a step has touched anything since this was last asked. */
  hasChanged(): boolean {
    const answer = this.#changed
    this.#changed = false
    return answer
  }

  /** After each step. */
  step(operation: string): void {
    this.steps++
    this.count(`op ${operation}`)
    const noted = this.world.lastAction + this.world.actions.size + this.world.hints.length
    let states = ''
    for (const { state } of this.world.pipelines.values()) states += state
    if (this.#touched.size > 0 || noted !== this.#noted || states !== this.#states) this.#changed = true
    this.#noted = noted
    this.#states = states
    if (this.trace && (this.#moves.length > 0 || operation === 'plan')) this.#tell(operation)
    for (const move of this.#moves) this.#checkMove(move, operation)
    for (const instance of this.#touched) {
      this.#check(instance)
      for (const { consumer } of instance.consumers) if (!this.#touched.has(consumer)) this.#check(consumer)
    }
    if (this.#moves.length > 0) this.lastChange = this.now()
    this.#moves.length = 0
    this.#touched.clear()
    for (const pipeline of this.world.pipelines.values()) if (pipeline.state === 'FINISHED') this.#checkOver(pipeline)
    if (this.world.pools.size > 0) this.#checkPools()
    if (operation === 'activate')
      for (const pipeline of this.world.pipelines.values()) if (pipeline.state === 'SCHEDULED') this.#checkRevived(pipeline)
    if (this.steps % 500 === 0) this.everything()
  }

  /** Before a plan: what must not be is counted; after it: what must be is there. */
  async plan(chains: readonly PlanChain[], store: () => Promise<readonly ChainAnswer[]>): Promise<readonly ChainAnswer[]> {
    const checks = chains.map((chain) => chain.map((step, before) => this.#planning(step, before)))
    const answers = await store()
    for (const [at, { planned, answer }] of answers.entries()) {
      if (answer !== 'PLANNED') this.count(`plan ${answer}`)
      for (const check of checks[at]!.slice(0, planned)) check()
      if (planned > 1) this.count('plan of many intervals')
    }
    return answers
  }

  /** What is to be checked when the interval, behind `before` others of its schedule, has been planned. */
  #planning({ target, plan }: PlanStep, before: number): () => void {
    const pipeline = this.world.pipelines.get(target.pipelineId)!
    const holds = new Set(
      pipeline.instances.filter(({ hold, family }) => hold !== undefined && family !== 'precondition').map(({ component }) => component),
    )
    const isPaused = (component: string): boolean => pipeline.components.get(component)?.paused === true
    const full = Object.entries(plan.limits).find(
      ([component, limit]) => !holds.has(component) && !isPaused(component) && this.#active(pipeline, component, plan) + before >= limit,
    )
    const mark =
      target.schedule &&
      pipeline.watermarks.find(
        ({ scheduleId, scheduleType }) => scheduleId === target.schedule!.id && scheduleType === target.schedule!.type,
      )
    const key = `${target.pipelineId} ${target.schedule?.id} ${target.schedule?.type}`
    const nextIndex = mark?.nextIndex
    const stateBefore = pipeline.state
    return () => {
      this.count('plan PLANNED')
      if (full) throw new Broken(`${full[0]} has ${full[1]} active instances already, and one more was planned`)
      if (stateBefore !== 'SCHEDULED') throw new Broken(`${pipeline.id} is ${stateBefore}, and an interval was planned`)
      if (target.due && target.due.getTime() > this.now()) throw new Broken(`${key} was planned before it was due`)
      if (target.schedule) {
        const expected = this.#planned.get(key) ?? nextIndex
        if (target.schedule.index !== expected)
          throw new Broken(`${key}: interval ${target.schedule.index} was planned, and ${expected} is next`)
        this.#planned.set(key, target.schedule.nextIndex)
      }
      for (const row of plan.rows) {
        const there = pipeline.instances.find(
          (one) => one.component === row.component && one.referrer === row.referrer && one.start === row.start.getTime(),
        )
        if (!there || (row.status !== 'SCHEDULED' && there.status === 'SCHEDULED' && there.hold === undefined))
          throw new Broken(`${row.key} was planned and is not there`)
      }
    }
  }

  /** After each claim. */
  claimed(tasks: readonly Task[]): void {
    for (const task of tasks) {
      const attempt = this.world.attempts[Number(task.attemptId) - 1]!
      const { instance } = attempt
      const last = this.#fences.get(task.instanceId)
      if (last !== undefined && Number(last) >= Number(task.fence))
        throw new Broken(`${task.instanceKey} was claimed with the fence ${task.fence} after ${last}`)
      this.#fences.set(task.instanceId, task.fence)
      if (attempt.availableTime !== undefined && attempt.availableTime > this.now())
        throw new Broken(`${task.instanceKey} was claimed while it was held`)
      // On a machine that is being ended for a new one it may begin: the provisioner takes it away at its next pass.
      const isLeaving = instance.resource?.status === 'SHUTTING_DOWN' && instance.resource.endsAs !== undefined
      if (
        instance.resource &&
        instance.resource.status !== 'RUNNING' &&
        !isLeaving &&
        attempt.held === undefined &&
        instance.status === 'RUNNING'
      )
        throw new Broken(`${task.instanceKey} runs while its resource is ${instance.resource.status}`)
    }
  }

  /** After a claim that was not part of a settlement: nobody of a higher rank is left in its group. */
  #checkRank(instance: WorldInstance): void {
    const { group, lane, priority } = instance.attempts.at(-1)!
    for (const other of readyOf(this.world, group, lane))
      if (other.priority > priority)
        throw new Broken(`${instance.key} was claimed before ${other.instance.key}, which has a higher priority`)
  }

  /** After each settlement. */
  settled({ attemptId, fence, outcome }: Settlement, accepted: boolean): void {
    this.count(accepted ? `accepted ${outcome.status}` : `refused ${outcome.status}`)
    if (!accepted) return
    const { instance } = this.world.attempts[Number(attemptId) - 1]!
    const newest = this.#fences.get(String(instance.id))
    if (newest !== fence && outcome.status !== 'FINISHED') return this.#acceptedBefore(instance, fence, outcome.status)
    if (outcome.status === 'FAILED' && outcome.retry) this.#checkGivenUp(instance)
    if (outcome.status === 'FINISHED') {
      const key = `${instance.id} ${attemptId}`
      const before = this.#endings.get(key)
      if (before !== undefined && before !== fence) throw new Broken(`${instance.key} has two accepted endings`)
      if (before === undefined && newest !== fence)
        throw new Broken(`${instance.key} was settled with the fence ${fence}, and ${newest} is the newest`)
      this.#endings.set(key, fence)
    }
    this.#endings.set(`${fence} ${outcome.status}`, fence)
  }

  #checkGivenUp(instance: WorldInstance): void {
    const used = this.#triesOf(instance)
    if (instance.status === 'FAILED' && used < instance.maximumRetries + 1)
      throw new Broken(`${instance.key} gave up after ${used} tries, with maximumRetries ${instance.maximumRetries}`)
  }

  #acceptedBefore(instance: WorldInstance, fence: string, status: string): void {
    if (!this.#endings.has(`${fence} ${status}`))
      throw new Broken(`${instance.key} was settled as ${status} with the fence ${fence}, which is not the newest`)
  }

  #active(pipeline: WorldPipeline, component: string, { rows }: PlannedInterval): number {
    const planned = rows.find((row) => row.component === component && row.status !== 'SCHEDULED')?.start.getTime() ?? Infinity
    return pipeline.instances.filter(
      (one) =>
        one.component === component && one.start < planned && one.rerun === 0 && one.status !== 'SCHEDULED' && !isTerminal(one.status),
    ).length
  }

  #checkMove(
    { instance, from, to }: { instance: WorldInstance; from: InstanceStatus | undefined; to: InstanceStatus },
    operation: string,
  ): void {
    this.count(`${from ?? 'new'} > ${to}`)
    if (from === undefined) {
      const key = `${instance.pipeline.id} ${instance.component} ${instance.referrer} ${instance.start}`
      if (this.#keys.has(key)) throw new Broken(`${instance.key} was made twice`)
      this.#keys.add(key)
      return
    }
    if (from === 'SCHEDULED' && to === 'WAITING_ON_DEPENDENCIES' && operation !== 'plan') this.#checkBegun(instance)
    if (!mayFollow(from, to)) throw new Broken(`${instance.key} went from ${from} to ${to}`)
    if (to === 'RUNNING' && operation === 'claim') this.#checkRank(instance)
    if (isTerminal(from) && !asked.has(operation))
      throw new Broken(`${instance.key} was ${from}, and is ${to} after ${operation}, which nobody asked for`)
    const begins = from === 'WAITING_ON_DEPENDENCIES' && (to === 'WAITING_FOR_RUNNER' || to === 'RUNNING' || to === 'FINISHED')
    if (begins && instance.family !== 'resource' && !(operation === 'mark finished' && to === 'FINISHED')) {
      const unmet = instance.producers.find(({ producer }) => producer.status !== 'FINISHED' && producer.status !== 'SKIPPED')
      if (unmet) throw new Broken(`${instance.key} began while ${unmet.producer.key} is ${unmet.producer.status}`)
    }
    if (to === 'FINISHED' && operation === 'settle' && (instance.family === 'activity' || instance.family === 'precondition')) {
      if (instance.attempts.at(-1)?.status !== 'FINISHED')
        throw new Broken(`${instance.key} is FINISHED, and its last attempt is ${instance.attempts.at(-1)?.status}`)
    }
    if (to === 'FAILED' && operation === 'sweep' && from !== 'WAITING_ON_DEPENDENCIES') this.#checkGivenUp(instance)
    if (to === 'FAILED' || to === 'CASCADE_FAILED' || to === 'CANCELED') {
      const open = instance.producers.find(
        ({ producer, kind }) => kind === 'precondition' && !isTerminal(producer.status) && producer.status !== 'SCHEDULED',
      )
      if (open && instance.status === to)
        throw new Broken(`${instance.key} is ${to}, and its precondition ${open.producer.key} is still ${open.producer.status}`)
    }
  }

  /** What was on hold begins when its component is not paused, the oldest first. */
  #checkBegun({ pipeline, component, key, start, family }: WorldInstance): void {
    if (pipeline.components.get(component)?.paused) throw new Broken(`${key} began, and ${component} is paused`)
    const older = pipeline.instances.find(
      (one) => one.component === component && one.hold !== undefined && one.start < start && family !== 'precondition',
    )
    if (older) throw new Broken(`${key} began before ${older.key}, which is older and on hold`)
  }

  /** No more of a pool are under way than it has slots, unless it had more before. */
  #checkPools(): void {
    for (const [name, slots] of this.world.pools) {
      let taken = 0
      for (const { pool } of this.world.running) if (pool === name) taken++
      for (const list of this.world.ready.values()) for (const { pool } of list) if (pool === name) taken++
      if (taken > Math.max(slots, this.#taken.get(name) ?? 0))
        throw new Broken(`the pool ${name} has ${slots} slots, and ${taken} are taken`)
      this.#taken.set(name, taken)
    }
  }

  /** After a sweep nothing is overdue: else the next would come at once, and the one after that. */
  swept(nextMs: number | undefined): void {
    if (nextMs !== undefined && nextMs < 0) throw new Broken(`a sweep wants to be made again ${-nextMs} ms ago`)
  }

  #check(instance: WorldInstance): void {
    const { status, family, attempts, key } = instance
    const live = attempts.filter((attempt) => attempt.status === 'WAITING_FOR_RUNNER' || attempt.status === 'RUNNING')
    if (isTerminal(status) && live.length > 0)
      throw new Broken(`${key} is ${status}, and its attempt ${live[0]!.number} is ${live[0]!.status}`)
    if (live.length > 1) throw new Broken(`${key} has ${live.length} live attempts`)
    const [only] = live
    if (only && (only.status !== status || only !== attempts.at(-1)))
      throw new Broken(`${key} is ${status}, and its attempt ${only.number} of ${attempts.length} is ${only.status}`)
    const runs = family === 'activity' || family === 'precondition'
    if (runs && !only && (status === 'WAITING_FOR_RUNNER' || status === 'RUNNING'))
      throw new Broken(`${key} is ${status} and has no attempt`)
    if (runs) this.#checkTries(instance)
    if (status === 'WAITING_ON_DEPENDENCIES' && family !== 'resource') this.#checkWaiting(instance)
  }

  /** At most one attempt more than maximumRetries, counted from the last rerun. */
  #checkTries(instance: WorldInstance): void {
    const used = this.#triesOf(instance)
    if (used > instance.maximumRetries + 1)
      throw new Broken(`${instance.key} has ${used} attempts, with maximumRetries ${instance.maximumRetries}`)
  }

  /** Attempts since the last rerun. */
  #triesOf(instance: WorldInstance): number {
    let shadow = this.#shadows.get(instance)
    if (!shadow) this.#shadows.set(instance, (shadow = { rerun: 0, seen: 0, before: 0 }))
    if (shadow.rerun !== instance.rerun) {
      shadow.rerun = instance.rerun
      shadow.before = shadow.seen
    }
    shadow.seen = instance.attempts.length
    // That a machine was taken away from under it costs no try.
    return instance.attempts.slice(shadow.before).filter(({ errorId }) => errorId !== 'ResourceLost').length
  }

  #checkWaiting(instance: WorldInstance): void {
    const unmet = instance.producers.filter(({ producer }) => producer.status !== 'FINISHED' && producer.status !== 'SKIPPED')
    if (instance.waiting !== unmet.length)
      throw new Broken(`${instance.key} counts ${instance.waiting} dependencies that are open, and there are ${unmet.length}`)
    if (unmet.length === 0) throw new Broken(`${instance.key} waits for nothing and was not readied`)
    const fatal = unmet.find(({ producer, kind }) => {
      if (!isTerminal(producer.status)) return false
      return instance.cascade || (kind === 'precondition' && producer.status === 'FAILED')
    })
    if (fatal)
      throw new Broken(`${instance.key} waits for ${fatal.producer.key}, which is ${fatal.producer.status}: it would wait for ever`)
  }

  #checkOver(pipeline: WorldPipeline): void {
    const open = pipeline.open.size > 0 ? [...pipeline.open][0] : undefined
    if (open) throw new Broken(`${pipeline.id} is FINISHED, and ${open.key} is ${open.status}`)
    if (pipeline.watermarks.some(({ nextDue }) => nextDue !== undefined))
      throw new Broken(`${pipeline.id} is FINISHED, and has an interval to plan`)
  }

  /** What a deactivation cancelled runs again, unless it depends on what failed otherwise. */
  #checkRevived({ instances }: WorldPipeline): void {
    const left = instances.find(({ status, cancellationReason, producers }) => {
      if (status !== 'CANCELED' || cancellationReason !== 'the pipeline was deactivated') return false
      return !producers.some(
        ({ producer, kind }) =>
          kind !== 'precondition' && isTerminal(producer.status) && producer.status !== 'FINISHED' && producer.status !== 'SKIPPED',
      )
    })
    if (left) throw new Broken(`${left.key} was cancelled by the deactivation, and does not run again`)
  }

  /** Everything, whether touched or not. */
  everything(): void {
    for (const pipeline of this.world.pipelines.values()) {
      const open = pipeline.instances.filter(({ status }) => !isTerminal(status))
      if (open.length !== pipeline.open.size || !open.every((one) => pipeline.open.has(one)))
        throw new Broken(`${pipeline.id} does not know what is open`)
      for (const instance of pipeline.instances) {
        this.#check(instance)
        if (!isTerminal(instance.status)) this.#checkReason(instance)
      }
    }
    const { world } = this
    let [ready, held, running] = [0, 0, 0]
    for (const { status, held: reason } of world.attempts) {
      if (status === 'RUNNING') running++
      else if (status === 'WAITING_FOR_RUNNER' && reason === undefined) ready++
      else if (status === 'WAITING_FOR_RUNNER') held++
    }
    const listed = [...world.ready.values()].reduce((sum, list) => sum + list.length, 0)
    if (listed !== ready || world.held.size !== held || world.running.size !== running)
      throw new Broken('the lists of attempts are not what the attempts are')
  }

  #checkReason(instance: WorldInstance): void {
    const { code, on } = reasonOf(instance, () => true)
    if (code === 'ENDED' || (code === 'DEPENDENCY' && on === undefined))
      throw new Broken(`${instance.key} is ${instance.status} for no reason`)
  }

  #tell(operation: string): void {
    const time = new Date(this.now()).toISOString().slice(5, 19)
    const moves = this.#moves.map(
      ({ instance, from, to }) =>
        `${instance.key.slice(1).replace(/_\d{4}-/, '_')}${instance.referrer && `(${instance.referrer})`} ${from ? `${from} > ` : '+ '}${to}`,
    )
    this.trace?.(`${time} ${operation}: ${moves.join(', ') || 'nothing'}`)
  }
}
