import { EventEmitter } from 'node:events'
import { hostname } from 'node:os'
import type { Clients } from '../clients/clients.ts'
import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { TaskSource } from '../queue/task-source.ts'
import type { Lane, Task } from '../queue/task.ts'
import type { Catalog } from '../spec/catalog.ts'
import { AttemptAborted } from './attempt-aborted.ts'
import { createDefinitionCache } from './definition-cache.ts'
import { sameInterval, type IntervalsFor } from './evaluate/interval.ts'
import type { LeaseKeeper } from './heartbeat/heartbeat.ts'
import { WorkerLane } from './lane.ts'
import { removeOrphanDirectories } from './work-directory.ts'
import { createChildGuard } from './process/child-guard.ts'
import { killOrphans } from './process/kill.ts'
import { realTimers, type Timers } from './timers.ts'
import type { WorkerEvents } from './worker-events.ts'
import type { WorkerParts } from './worker-parts.ts'

export type { WorkerEvents }

export interface WorkerOptions {
  /** Started and closed by the caller. */
  readonly source: TaskSource
  readonly catalog: Catalog
  readonly clients: Clients
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
  readonly leases: LeaseKeeper
  readonly fences: { holds(attemptId: string, fence: string): Promise<boolean> }
  readonly directories: { readonly home: string; readonly logs: string; readonly work: string }
  /** How many tasks may run at once. A lane of 0 takes nothing. */
  readonly slots: Readonly<Record<Lane, number>>
  /** How long running attempts may go on after `stop({ mode: 'drain' })`. */
  readonly graceMs: number
  /** The worker's own environment; children see the allowed part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** From SIGTERM to SIGKILL of an attempt's children. Default: 3 seconds. */
  readonly killGraceMs?: number
  /** How long an aborted attempt may take to end before it is left behind. Default: 10 seconds. */
  readonly unwindMs?: number
  /** Which intervals of other components a run needs. Default: those of the same start. */
  readonly intervalsFor?: (definition: CompiledDefinition, firstActivation: Date | undefined) => IntervalsFor
  /** When a pipeline was first activated. Default: not known. */
  readonly firstActivation?: (pipelineId: string) => Promise<Date | undefined>
  readonly timers?: Timers
}

export type StopMode = 'drain' | 'release' | 'now'

export interface Worker {
  readonly events: EventEmitter<WorkerEvents>
  /** Tasks taken whose ending is not stored yet. */
  running(): readonly Task[]
  /** Ends an attempt as cancelled, for whoever hears of it sooner than the next heartbeat; false when it is not running here. */
  cancel(attemptId: string, reason: string): boolean
  /** Takes no more tasks and resolves when every ending is stored. `drain` lets attempts finish within the grace and then hands them
   *  back; `release` hands them back at once; `now` kills their children without a SIGTERM. Handing back costs no try.
   *  A later call with a stronger mode cuts an earlier one short. */
  stop(options: { mode: StopMode }): Promise<void>
}

/** Runs tasks of both lanes until it is stopped. What attempts of dead workers left running on this machine is killed first,
 *  and their directories are removed. */
export function startWorker(options: WorkerOptions): Worker {
  killOrphans()
  const events = new EventEmitter<WorkerEvents>()
  removeOrphanDirectories(options.directories.work).catch((error: unknown) => void events.emit('trouble', error))
  const parts = partsOf(options)
  const wiring = { source: options.source, leases: options.leases, parts, events }
  const lanes = laneNames.filter((lane) => options.slots[lane] > 0).map((lane) => new WorkerLane(lane, options.slots[lane], wiring))
  for (const lane of lanes) lane.start()
  return {
    events,
    running: () => lanes.flatMap((lane) => lane.tasks()),
    cancel: (attemptId, reason) => lanes.some((lane) => lane.abort(attemptId, new AttemptAborted('canceled', reason))),
    stop: ({ mode }) => stopLanes(lanes, mode, options.graceMs, parts.timers).finally(parts.children.close),
  }
}

const laneNames: readonly Lane[] = ['activity', 'precondition']

async function stopLanes(lanes: readonly WorkerLane[], mode: StopMode, graceMs: number, timers: Timers): Promise<void> {
  const abortAll = (): void => {
    const reason = new AttemptAborted('stopping', 'The worker is stopping.', { abrupt: mode === 'now' })
    for (const lane of lanes) lane.abortAll(reason)
  }
  const emptied = Promise.all(lanes.map((lane) => lane.stop()))
  if (mode !== 'drain') abortAll()
  const cancel = timers.after(graceMs, abortAll)
  await emptied
  cancel()
}

function partsOf(options: WorkerOptions): WorkerParts {
  const { catalog, clients, fences, directories, environment, intervalsFor = () => sameInterval } = options
  return {
    catalog,
    clients,
    fences,
    directories,
    environment: { HOME: directories.home, ...environment },
    children: createChildGuard(),
    hostname: hostname(),
    killGraceMs: options.killGraceMs ?? 3000,
    unwindMs: options.unwindMs ?? 10_000,
    timers: options.timers ?? realTimers,
    definition: createDefinitionCache(options.definitions),
    intervalsFor,
    firstActivation: options.firstActivation ?? (() => Promise.resolve(undefined)),
  }
}
