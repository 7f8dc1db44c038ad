import { setImmediate as nextTurn } from 'node:timers/promises'
import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { startDispatcher } from '../../dispatcher/dispatcher.ts'
import { worldRules } from '../../lifecycle/world/rules.ts'
import { createWorld, type World } from '../../lifecycle/world/state.ts'
import { startProvisioner } from '../../provisioner/provisioner.ts'
import type { Task } from '../../queue/task.ts'
import { dueTime } from '../../schedule/due-time.ts'
import { firstDueFrom } from '../../schedule/due-within.ts'
import { literal, readSchedule } from '../../schedule/read-schedule.ts'
import { intervalAt } from '../../schedule/schedule.ts'
import { workerGroupsOf } from '../../schedule/worker-groups.ts'
import { systemGroup } from '../../scheduler/interval-plan.ts'
import { SimulatedWorker, type Fate } from '../../scheduler/simulation/simulated-worker.ts'
import { Simulation } from '../../scheduler/simulation/simulation.ts'
import { virtualClock, type VirtualClock } from '../../scheduler/simulation/virtual-clock.ts'
import { worldGround } from '../../scheduler/simulation/world-ground.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { parsePeriod, periodMs } from '../../spec/period.ts'
import { outagesBetween, type Durations, type Failure, type Outage } from './read-simulate-options.ts'

export interface SimulationRequest {
  readonly from: Date
  readonly to: Date
  readonly outages: readonly Outage[]
  readonly failures: readonly Failure[]
  readonly durations: Durations
  readonly workers: number
  readonly seed?: number
}

export interface Simulated {
  readonly world: World
  /** Where it stopped: `to`, or earlier when it became too much. */
  readonly until: Date
}

const pipelineId = 'df-SIMULATED'
const leaseMs = 30_000
const sweepMs = 60_000

/** No simulation goes on beyond so many runs. */
const mostInstances = 20_000

/** Runs a definition from its activation at `from` until `to`. What was due before counts as done. */
export async function simulatePipeline(definition: CompiledDefinition, catalog: Catalog, request: SimulationRequest): Promise<Simulated> {
  const end = request.to.getTime()
  const clock = virtualClock(request.from.getTime(), () => 0.5)
  const world = createWorld(worldRules())
  const ground = worldGround(world, { now: clock.now, catalog, leaseMs })
  let trouble: unknown
  const onError = (error: unknown): void => void (trouble ??= error)
  const simulation = new Simulation({
    ground,
    clock,
    catalog,
    definitions: { get: () => Promise.resolve(definition) },
    startOthers: (parts) => [
      startDispatcher({ ...parts, store: parts.ground, reofferMs: sweepMs, perform: () => Promise.resolve() }),
      startProvisioner({ ...parts, store: parts.ground, maker: makerOf(clock, request) }),
    ],
    sweepMs,
    onError,
  })
  const hire = (): void => {
    for (let number = 1; number <= request.workers; number++) {
      const claimant = {
        workerId: `w${number}`,
        hostname: `worker ${number}`,
        groups: [...new Set([...workerGroupsOf(definition), 'default', systemGroup])],
      }
      const fateOf = (task: Task): Fate => fate(definition, request, task)
      const offer = simulation.offer.bind(simulation)
      simulation.workers.push(
        new SimulatedWorker({ ground, clock, claimant, slots: 1, leaseMs, pollMs: 3_600_000, fateOf, offer, onError }),
      )
    }
  }
  await ground.put(pipelineId, 1, definition)
  await ground.activate({ pipelineId, version: 1, definition, mayBackfill: true })
  beginAt(world, definition, request.from)
  const start = async (): Promise<void> => {
    hire()
    simulation.start()
    await simulation.settle()
  }
  const stop = (): void => {
    simulation.stop()
    for (const worker of simulation.workers.splice(0)) worker.die()
  }
  const until = async (time: number): Promise<void> => {
    while (world.instances.length < mostInstances && (await simulation.step(time))) if (trouble !== undefined) throw trouble
  }
  for (const outage of outagesBetween(request.outages, request.from, request.to)) {
    if (outage.to <= clock.now()) continue
    if (outage.from > clock.now()) {
      await start()
      await until(outage.from - 1) // what is due at the very moment of an outage finds nobody
      stop()
      await nextTurn()
    }
    clock.advanceTo(Math.min(outage.to, end))
  }
  if (clock.now() < end) await start()
  await until(end - 1) // half-open, as for plan
  stop()
  return { world, until: new Date(world.instances.length < mostInstances ? request.to : clock.now()) }
}

/** Has each schedule begin with the first interval that is due at `from` or later. */
function beginAt(world: World, definition: CompiledDefinition, from: Date): void {
  for (const mark of world.pipelines.get(pipelineId)?.watermarks ?? []) {
    const component = definition.components[mark.scheduleId]
    const schedule = component && readSchedule(definition, component, from)
    const index = schedule && firstDueFrom(schedule, mark.scheduleType, from)
    const interval = schedule && index !== undefined ? intervalAt(schedule, index) : undefined
    mark.nextDue = interval && dueTime(definition, mark.scheduleType, interval, from).getTime()
    mark.nextStart = interval?.start.getTime()
    if (index !== undefined) mark.nextIndex = index
  }
}

function fate(definition: CompiledDefinition, request: SimulationRequest, { componentId, scheduledStartTime, attemptId }: Task): Fate {
  const durationMs = durationOf(request, componentId, Number(attemptId))
  const fails = request.failures.some(
    ({ task, interval }) => task === componentId && (!interval || interval.getTime() === Date.parse(scheduledStartTime)),
  )
  if (!fails) return { durationMs, outcome: { status: 'FINISHED' }, retryDelayMs: 0 }
  const component = definition.components[componentId]
  const delay = component && parsePeriod(literal(definition, component, 'retryDelay') ?? '10 minutes')
  const outcome = { status: 'FAILED', errorId: 'Simulated', errorMessage: '--fail says so.', retry: true } as const
  return { durationMs, outcome, retryDelayMs: delay ? periodMs(delay) : 0 }
}

function durationOf({ durations, seed }: SimulationRequest, id: string, number: number): number {
  const usual = durations.get(id) ?? 60_000
  if (seed === undefined) return usual
  // A number from 0 to 1 that the seed and the attempt repeat.
  let mixed = Math.imul(seed ^ (number * 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35)
  return usual * (0.5 + ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296)
}

function makerOf(clock: VirtualClock, request: SimulationRequest): Parameters<typeof startProvisioner>[0]['maker'] {
  const after = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms))
  return {
    async provision({ componentId, key }) {
      await after(request.durations.get(componentId) ?? 60_000)
      if (
        request.failures.some(
          ({ task, interval }) => task === componentId && (!interval || key.includes(interval.toISOString().slice(0, 19))),
        )
      )
        throw new Error('--fail says so.')
      return { resourceId: 'simulated' }
    },
    terminate: () => Promise.resolve(),
  }
}
