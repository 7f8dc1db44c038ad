import type { ResourceRules } from '../resource-rules.ts'
import type { InstanceStatus } from '../statuses.ts'
import type { WorldRules } from './rules.ts'

/** What one instance waits for, and who waits for it: the same object stands in the list of either. */
export interface WorldEdge {
  readonly producer: WorldInstance
  readonly consumer: WorldInstance
  readonly kind: 'dependsOn' | 'input' | 'output' | 'precondition'
}

export type WorldLane = 'activity' | 'precondition'

/** One run of one component for one interval. Times are milliseconds of the epoch. */
export interface WorldInstance {
  readonly id: number
  readonly pipeline: WorldPipeline
  readonly component: string
  /** For a precondition: the component that waits for it; else empty. */
  readonly referrer: string
  readonly key: string
  readonly type: string
  readonly family: string
  readonly start: number
  readonly producers: WorldEdge[]
  readonly consumers: WorldEdge[]
  readonly attempts: WorldAttempt[]
  /** What runs on it, of a resource. */
  readonly housed: WorldInstance[]
  version: number
  stop: number
  due: number
  status: InstanceStatus
  /** Of one that is SCHEDULED: planned whole, and not to begin yet; undefined of a mere place. */
  hold: 'PAUSED' | undefined
  /** How many of its component may be active when it begins; undefined for any number. */
  holdRoom: number | undefined
  /** How many of its producers are not met yet; kept right while it is WAITING_ON_DEPENDENCIES. */
  waiting: number
  group: string
  lane: WorldLane
  priority: number
  pool: string | undefined
  resource: WorldInstance | undefined
  cascade: boolean
  fires: readonly string[]
  maximumRetries: number
  triesLeft: number
  attemptCount: number
  rerun: number
  lateTime: number | undefined
  actualStart: number | undefined
  actualEnd: number | undefined
  errorId: string | undefined
  errorMessage: string | undefined
  cancellationReason: string | undefined
  providerId: string | undefined
  /** How long after it is due it is late; a rerun counts that anew. */
  lateAfter: number | undefined
  /** Of a resource: the rhythms of those that run on it, and its rules. */
  usedBy: readonly string[]
  rules: ResourceRules | undefined
  /** Until when it may be CREATING or RUNNING. */
  deadline: number | undefined
  /** When it may be made again. */
  availableTime: number | undefined
  /** What it becomes once it is shut down, when that is not FINISHED. */
  endsAs: 'WAITING_ON_DEPENDENCIES' | 'FAILED' | 'TIMEDOUT' | 'CANCELED' | undefined
  leaseUntil: number | undefined
}

export type AttemptStatus = 'WAITING_FOR_RUNNER' | 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELED'

/** Why an attempt that waits is not handed out. */
export type Held = 'RETRY_DELAY' | 'CHECK' | 'RESOURCE' | 'POOL'

/** One try of one instance. */
export interface WorldAttempt {
  readonly id: number
  readonly instance: WorldInstance
  readonly number: number
  readonly group: string
  readonly lane: WorldLane
  readonly priority: number
  readonly pool: string | undefined
  status: AttemptStatus
  held: Held | undefined
  availableTime: number | undefined
  fence: number | undefined
  workerId: string | undefined
  hostname: string | undefined
  leaseUntil: number | undefined
  startTime: number | undefined
  endTime: number | undefined
  checkCount: number
  checkSince: number | undefined
  checkBecause: string | undefined
  errorId: string | undefined
  errorMessage: string | undefined
}

/** How far one schedule, as the components of one type follow it, has become instances. */
export interface WorldWatermark {
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  readonly anchor: number
  nextIndex: number
  lastIndex: number | undefined
  nextDue: number | undefined
  /** When the next interval starts. */
  nextStart: number | undefined
  /** Intervals that start earlier are skipped. */
  skipBefore: number | undefined
}

export type WorldPipelineState = 'PENDING' | 'SCHEDULED' | 'DEACTIVATING' | 'INACTIVE' | 'FINISHED'

export interface WorldPipeline {
  readonly id: string
  state: WorldPipelineState
  activeVersion: number | undefined
  firstActivation: number | undefined
  finishedTime: number | undefined
  readonly watermarks: WorldWatermark[]
  /** Of the newest version that was put. */
  components: ReadonlyMap<string, { paused: boolean }>
  /** In the order of their making. */
  readonly instances: WorldInstance[]
  readonly byKey: Map<string, WorldInstance>
  /** Those that have not ended, places included. */
  readonly open: Set<WorldInstance>
}

/** Says that a group has ready attempts. */
export interface WorldHint {
  readonly group: string
  readonly lane: WorldLane
  readonly attempts: readonly WorldAttempt[]
}

export type ActionEvent = 'onSuccess' | 'onFail' | 'onLateAction'

/** An action to be performed. */
export interface WorldAction {
  readonly id: number
  readonly instance: WorldInstance
  readonly event: ActionEvent
  tries: number
  availableTime: number
}

/** Everything there is. Only the functions of this folder change it, each in one step, with the time of the step as an argument. */
export interface World {
  readonly rules: WorldRules
  readonly pipelines: Map<string, WorldPipeline>
  /** By id less one. */
  readonly instances: WorldInstance[]
  readonly attempts: WorldAttempt[]
  /** Ready attempts by lane and group, the next to be claimed last. */
  readonly ready: Map<string, WorldAttempt[]>
  readonly held: Set<WorldAttempt>
  readonly running: Set<WorldAttempt>
  /** Instances that will be late. */
  readonly late: Set<WorldInstance>
  readonly resources: Set<WorldInstance>
  /** Slots by name. */
  readonly pools: Map<string, number>
  hints: WorldHint[]
  readonly actions: Map<number, WorldAction>
  fences: number
  lastAction: number
  /** Called after each change of status, and with the new instance when one is made. */
  readonly watch: WorldWatch
}

/** Hears what changes, for whoever checks or counts. */
export interface WorldWatch {
  changed(instance: WorldInstance, from: InstanceStatus | undefined): void
  acted(instance: WorldInstance, event: ActionEvent): void
}

/** An empty world in which all rules hold, unless a test says otherwise. */
export function createWorld(rules: WorldRules, watch: WorldWatch = { changed() {}, acted() {} }): World {
  return {
    rules,
    watch,
    pipelines: new Map(),
    instances: [],
    attempts: [],
    ready: new Map(),
    held: new Set(),
    running: new Set(),
    late: new Set(),
    resources: new Set(),
    pools: new Map(),
    hints: [],
    actions: new Map(),
    fences: 0,
    lastAction: 0,
  }
}
