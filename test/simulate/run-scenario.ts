import { setImmediate as immediate } from 'node:timers/promises'
import type { CompiledDefinition } from '../../engine/definition/pipeline-definition.ts'
import { startDispatcher } from '../../engine/dispatcher/dispatcher.ts'
import { worldRules } from '../../engine/lifecycle/world/rules.ts'
import { createWorld, type World, type WorldInstance } from '../../engine/lifecycle/world/state.ts'
import { startProvisioner } from '../../engine/provisioner/provisioner.ts'
import type { Settlement, Task } from '../../engine/queue/task.ts'
import { systemGroup } from '../../engine/scheduler/interval-plan.ts'
import { planDue, startScheduler } from '../../engine/scheduler/scheduler.ts'
import type { Ground } from '../../engine/scheduler/simulation/ground.ts'
import { SimulatedWorker, type Fate } from '../../engine/scheduler/simulation/simulated-worker.ts'
import { Simulation, type MoverParts } from '../../engine/scheduler/simulation/simulation.ts'
import { virtualClock, type VirtualClock } from '../../engine/scheduler/simulation/virtual-clock.ts'
import { Refused, worldGround } from '../../engine/scheduler/simulation/world-ground.ts'
import { throwDice, type Dice } from '../fuzz/dice.ts'
import { Broken, Checker } from './checker.ts'
import { calmFate, fateOf } from './fates.ts'
import { explainStuck } from './liveness.ts'
import type { RunOptions, RunResult } from './run-options.ts'
import { mortal, randomMaker, type Life } from './mortal.ts'
import { compiledSpec } from './pipeline-spec.ts'
import type { Scenario, ScenarioEvent } from './scenario.ts'
import { watchedGround } from './watched-ground.ts'

/** Runs a scenario to its end, or until a promise is broken. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunResult> {
  const run = new ScenarioRun(scenario, options)
  let failure: string | undefined
  try {
    await run.play()
  } catch (error) {
    failure = error instanceof Broken ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  run.simulation.stop()
  return { steps: run.checker.steps, failure, coverage: run.checker.coverage, trace: run.trace }
}

const hour = 3_600_000

class ScenarioRun {
  readonly scenario: Scenario
  readonly checker = new Checker()
  readonly trace: string[] = []
  readonly world: World
  readonly clock: VirtualClock
  readonly ground: Ground
  readonly simulation: Simulation
  readonly #options: RunOptions
  readonly #dice: Dice
  readonly #versions = new Map<string, CompiledDefinition[]>()
  readonly #settlements: { settlement: Settlement; worker: SimulatedWorker; task: Task }[] = []
  readonly #claims = new Map<string, number>()
  readonly #lives: Life[] = []
  #error: unknown
  #queueAwayUntil = 0
  #calm = false
  #workerNumber = 0
  #oldLook: Awaited<ReturnType<Ground['planning']['dueSchedules']>> | undefined

  constructor(scenario: Scenario, options: RunOptions) {
    this.scenario = scenario
    this.#options = options
    this.#dice = throwDice(scenario.seed ^ 0x51ce)
    this.clock = virtualClock(scenario.start, () => this.#dice.below(1000) / 1000)
    this.world = createWorld(worldRules(options.broken), this.checker)
    this.checker.world = this.world
    this.checker.now = () => this.clock.now()
    if (options.trace) this.checker.trace = (line) => void this.trace.push(line)
    const { catalog } = options
    const own = worldGround(this.world, {
      now: () => this.clock.now(),
      catalog,
      leaseMs: scenario.leaseMs,
      stepped: (operation) => this.#guarded(() => this.checker.step(operation)),
    })
    const { ground, quiet } = options.around?.(own, this.world, this.clock, () => this.checker.hasChanged()) ?? { ground: own }
    this.ground = watchedGround(ground, this.checker, (error) => void (this.#error ??= error))
    this.simulation = new Simulation({
      ground: this.ground,
      clock: this.clock,
      catalog,
      definitions: { get: (id, version) => Promise.resolve(this.#versions.get(id)![version - 1]!) },
      startOthers: (parts) => this.#startMovers(parts),
      sweepMs: scenario.sweepMs,
      onError: (error) => this.#heard(error),
      carry: () => this.#carry(),
      quiet,
    })
  }

  async play(): Promise<void> {
    const { scenario, simulation } = this
    for (const { first } of scenario.pipelines) await this.#put(first.id, compiledSpec(first))
    for (let n = 0; n < scenario.workers; n++) this.#hire()
    simulation.start()
    await simulation.settle()
    for (const event of scenario.events) {
      await this.#until(scenario.start + event.at)
      this.clock.advanceTo(scenario.start + event.at)
      if (this.checker.trace) this.trace.push(`${new Date(this.clock.now()).toISOString().slice(5, 19)} -- ${event.what}`)
      await this.#happen(event)
      await simulation.settle()
      this.#rethrow()
    }
    await this.#until(scenario.start + scenario.calmAfterMs)
    await this.#drain()
  }

  async #until(time: number): Promise<void> {
    while (await this.simulation.step(time)) this.#rethrow()
  }

  /** With nothing going wrong any more, all that can end does. */
  async #drain(): Promise<void> {
    this.#calm = true
    this.#queueAwayUntil = 0
    while (this.simulation.workers.filter(({ isAlive }) => isAlive).length < this.scenario.workers) this.#hire()
    // Slower now, since nothing depends on their looking often: what a signal does not bring is found all the same.
    for (const life of this.#lives) life.alive = false
    this.simulation.stop()
    this.simulation.sweepMs = 600_000
    this.simulation.start()
    for (const { id, components } of this.world.pipelines.values()) await this.ground.resume(id, [...components.keys()])
    for (const name of this.world.pools.keys()) await this.ground.setPool(name, 2)
    await this.simulation.settle()
    const end = this.clock.now() + 400 * 24 * hour
    this.checker.lastChange = Math.max(this.checker.lastChange, this.clock.now())
    while (this.clock.now() - this.checker.lastChange < 2 * hour || this.#hasTimeAhead()) {
      if (this.clock.now() > end) throw new Broken('it goes on and on')
      if (!(await this.simulation.step(end))) break
      this.#rethrow()
    }
    this.checker.everything()
    for (const pipeline of this.world.pipelines.values()) {
      const stuck = explainStuck(pipeline)
      this.checker.count(`ends ${pipeline.state}`)
      if (stuck !== undefined) throw new Broken(stuck)
    }
    for (const { instance, event } of this.world.actions.values()) throw new Broken(`${event} of ${instance.key} was never performed`)
  }

  /** Whether an interval is due later, or a run late, without anything moving until then. */
  #hasTimeAhead(): boolean {
    const now = this.clock.now()
    for (const { state, watermarks } of this.world.pipelines.values())
      if (state === 'SCHEDULED' && watermarks.some(({ nextDue }) => nextDue !== undefined && nextDue + 3 * hour > now)) return true
    return false
  }

  #rethrow(): void {
    if (this.#error !== undefined) throw this.#error
    if (this.checker.steps > 500_000) throw new Broken('it goes on and on')
  }

  #guarded(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.#error ??= error
    }
  }

  /** What the movers tell: a queue that is away is no trouble, all else is. */
  #heard(error: unknown): void {
    if (error instanceof QueueAway) return
    this.#error ??= error
  }

  async #put(pipelineId: string, definition: CompiledDefinition): Promise<number> {
    const versions = this.#versions.get(pipelineId) ?? []
    this.#versions.set(pipelineId, versions)
    versions.push(definition)
    await this.ground.put(pipelineId, versions.length, definition)
    return versions.length
  }

  /** The dispatcher, the provisioner and further schedulers, in a process that may die. */
  #startMovers(parts: MoverParts): { stop(): Promise<void> }[] {
    const life = { alive: true }
    this.#lives.push(life)
    const ground = mortal(parts.ground, life)
    const { clock, onError, sweepMs } = parts
    const pump = async (): Promise<void> => {
      if (!life.alive) return
      await parts.pump()
    }
    const schedulers = Array.from({ length: this.scenario.schedulers - 1 }, () =>
      startScheduler({
        store: ground,
        catalog: this.#options.catalog,
        definitions: this.simulation.options.definitions,
        onError,
        sweepMs,
        clock,
      }),
    )
    return [
      startDispatcher({ store: ground, pump, perform: () => this.#perform(), onError, sweepMs, reofferMs: sweepMs, clock }),
      startProvisioner({
        store: ground,
        maker: randomMaker(clock, this.#dice, life, () => (this.#calm ? 0 : this.scenario.shares.resourcesFail)),
        onError,
        sweepMs,
        clock,
      }),
      ...schedulers,
    ]
  }

  #perform(): Promise<void> {
    return !this.#calm && this.#dice.chance(this.scenario.shares.actionsFail)
      ? Promise.reject(new Error('the topic is away'))
      : Promise.resolve()
  }

  #hire(): void {
    const { scenario, clock, ground, simulation } = this
    const workerId = `w${this.#workerNumber++}`
    const worker: SimulatedWorker = new SimulatedWorker({
      ground,
      clock,
      claimant: { workerId, hostname: workerId, groups: ['default', 'other', systemGroup] },
      slots: scenario.slots,
      leaseMs: scenario.leaseMs,
      pollMs: !scenario.polls ? 1e12 : this.#calm ? 600_000 : scenario.sweepMs * 2,
      fateOf: (task) => this.#fateOf(task),
      offer: (hints) => simulation.offer(hints),
      began: (task) => {
        this.#settlements.push({
          task,
          worker,
          settlement: { attemptId: task.attemptId, fence: task.fence, outcome: { status: 'FINISHED' }, retryDelayMs: 0 },
        })
        if (this.#settlements.length > 200) this.#settlements.splice(0, 100)
      },
      onError: (error) => this.#heard(error),
    })
    simulation.workers.push(worker)
  }

  #fateOf(task: Task): Fate {
    const claims = (this.#claims.get(task.attemptId) ?? 0) + 1
    this.#claims.set(task.attemptId, claims)
    return this.#calm ? calmFate(task) : fateOf(this.scenario, task, claims)
  }

  #carry(): number {
    if (this.#calm) return 1
    if (this.#queueAwayUntil > this.clock.now()) throw new QueueAway('the queue is away')
    const { hintsLost, hintsDoubled } = this.scenario.shares
    if (this.#dice.chance(hintsLost)) {
      this.checker.count('a hint is lost')
      return 0
    }
    return this.#dice.chance(hintsDoubled) ? 2 : 1
  }

  async #happen({ what, pick, on, forMs }: ScenarioEvent): Promise<void> {
    this.checker.count(what)
    const { ground, simulation, scenario } = this
    const which = scenario.pipelines[on % scenario.pipelines.length]!
    const { id } = which.first
    switch (what) {
      case 'activate':
        return this.#activate(id)
      case 'activate from now':
        return this.#activate(id, 'now')
      case 'pause':
      case 'resume':
        return this.#switch(what, id, pick)
      case 'set pool':
        return ground.setPool(on % 2 === 0 ? 'narrow' : 'wide', Math.floor(pick * 4))
      case 'put and activate': {
        const next = which.later[this.#versions.get(id)!.length - 1]
        if (next) await this.#put(id, compiledSpec(next))
        return this.#activate(id)
      }
      case 'deactivate':
      case 'deactivate, keep running':
        return void (await ground.deactivate(id, what !== 'deactivate'))
      case 'cancel':
      case 'finish':
      case 'rerun':
      case 'rerun downstream':
        return this.#command(what, id, pick)
      case 'a worker dies':
      case 'a worker leaves':
      case 'a worker goes deaf':
        return this.#harm(what, on, forMs)
      case 'the engine dies':
        for (const life of this.#lives) life.alive = false
        simulation.stop()
        this.clock.setTimeout(() => simulation.start(), forMs)
        return undefined
      case 'the scheduler is away':
        simulation.stopScheduler()
        this.clock.setTimeout(() => simulation.startScheduler(), forMs)
        return undefined
      case 'a scheduler with an old look plans':
        return this.#planWithOldLook(forMs)
      case 'a settlement comes twice':
      case 'a settlement comes with an old fence':
      case 'a batch brings two settlements of one attempt':
        return this.#repeat(what, pick)
      case 'the queue is away':
        this.#queueAwayUntil = this.clock.now() + forMs
        return undefined
      case 'the clock jumps':
        this.clock.advanceTo(this.clock.now() + Math.min(forMs, hour))
        return undefined
    }
  }

  /** One component, or all of them. */
  async #switch(what: 'pause' | 'resume', pipelineId: string, pick: number): Promise<void> {
    const all = [...(this.world.pipelines.get(pipelineId)?.components.keys() ?? [])].filter(
      (id) => /^[adpr]\d/.test(id) || id.startsWith('new'),
    )
    const chosen = pick < 0.2 ? all : [all[Math.floor(pick * all.length)]!]
    await this.ground[what](pipelineId, chosen)
  }

  async #activate(pipelineId: string, from?: 'now'): Promise<void> {
    const versions = this.#versions.get(pipelineId)!
    const definition = versions.at(-1)!
    try {
      await this.ground.activate({ pipelineId, version: versions.length, definition, from, mayBackfill: true })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      this.checker.count('activation refused')
    }
  }

  async #command(what: 'cancel' | 'finish' | 'rerun' | 'rerun downstream', pipelineId: string, pick: number): Promise<void> {
    const runs =
      this.world.pipelines
        .get(pipelineId)
        ?.instances.filter(({ status }) => status !== 'SCHEDULED')
        .slice(-60) ?? []
    const chosen = what === 'cancel' ? runs.filter(isOpen) : what === 'finish' ? runs : runs.filter((run) => !isOpen(run))
    const instance = chosen[Math.floor(pick * chosen.length)]
    if (!instance) return
    if (this.checker.trace) this.trace.push(`  ${instance.key}`)
    const ids = [String(instance.id)]
    if (what === 'cancel') await this.ground.cancel(ids, 'a person asked for it')
    else if (what === 'finish') await this.ground.finish(ids)
    else if (await this.ground.rerun(pipelineId, ids, what === 'rerun downstream')) this.checker.count(`${what} done`)
  }

  async #harm(what: 'a worker dies' | 'a worker leaves' | 'a worker goes deaf', on: number, forMs: number): Promise<void> {
    const alive = this.simulation.workers.filter(({ isAlive }) => isAlive)
    const worker = alive[on % alive.length]
    if (!worker) return
    if (what === 'a worker goes deaf') return worker.deafen(Math.max(forMs, this.scenario.leaseMs * 2))
    if (what === 'a worker dies') worker.die()
    else await worker.leave()
    this.clock.setTimeout(() => this.#hire(), forMs)
  }

  async #planWithOldLook(forMs: number): Promise<void> {
    const old = this.#oldLook
    this.#oldLook = await this.ground.planning.dueSchedules()
    if (!old) {
      const later = (): void => void this.#planWithOldLook(0).catch((error: unknown) => void (this.#error ??= error))
      this.clock.setTimeout(later, forMs)
      return
    }
    const planning = { ...this.ground.planning, dueSchedules: () => Promise.resolve(old) }
    const { catalog, definitions, onError } = this.simulation.options
    await planDue({ store: { planning, signals: this.ground.signals }, catalog, definitions, onError })
  }

  /** A settlement that was sent before, or one that names a claim that is over. */
  async #repeat(what: string, pick: number): Promise<void> {
    const sent = this.#settlements[Math.floor(pick * this.#settlements.length)]
    if (!sent) return
    const { worker, task, settlement } = sent
    const isRunning = worker.running.some(({ taskId }) => taskId === task.taskId)
    if (isRunning && what === 'a settlement comes twice') return
    // Also the newest claim's, as if it had ended at this very moment.
    const fence = what === 'a settlement comes twice' ? settlement.fence : String(Math.max(0, Number(settlement.fence) - 1))
    const lane = this.world.attempts[Number(task.attemptId) - 1]!.lane
    const isBatch = what === 'a batch brings two settlements of one attempt'
    if (isBatch && !isRunning) return
    await this.ground.claims.settle(worker.options.claimant, lane, [{ ...settlement, fence }, ...(isBatch ? [settlement] : [])], 0)
    await immediate()
  }
}

class QueueAway extends Error {}

function isOpen({ status }: WorldInstance): boolean {
  return !['FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED'].includes(status)
}
