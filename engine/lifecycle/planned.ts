import type { Family } from '../spec/declarations.ts'
import type { ResourceRules } from './resource-rules.ts'

/** An instance to be made, or SKIPPED; `SCHEDULED` keeps a place for one of another interval. */
export interface PlannedInstance {
  readonly component: string
  /** For a precondition: the component that waits for it; else empty. */
  readonly referrer: string
  readonly key: string
  readonly type: string
  readonly family: Family | undefined
  readonly start: Date
  readonly stop: Date
  readonly due: Date
  readonly status: 'WAITING_ON_DEPENDENCIES' | 'SCHEDULED' | 'SKIPPED'
  readonly grp: string
  readonly lane: 'activity' | 'precondition'
  readonly priority: number
  /** Of how many of its like may be under way at once; null when of any number. */
  readonly pool?: string | null
  readonly cascades: boolean
  readonly fires: readonly string[]
  readonly retries: number
  readonly late: Date | null
  /** Number of the resource's row. */
  readonly resource: number | null
  /** Of a resource: the rhythms of what runs on it, as `schedule type`. */
  readonly used_by?: readonly string[]
  /** Of a resource. */
  readonly rules?: ResourceRules
  /** Of a place: the schedule, type and number of its interval, by which the store knows whether it will ever be planned. */
  readonly schedule?: string
  readonly rhythm?: 'cron' | 'timeseries'
  readonly index?: number
}

/** `consumer` waits for `producer`: numbers of rows. */
export interface PlannedEdge {
  readonly producer: number
  readonly consumer: number
  readonly kind: 'dependsOn' | 'input' | 'output' | 'precondition'
}

/** Which interval of which pipeline, as the planner believes it to be. */
export interface PlanTarget {
  readonly pipelineId: string
  readonly version: number
  /** Undefined for an on-demand execution. */
  readonly schedule?: {
    readonly id: string
    readonly type: 'cron' | 'timeseries'
    readonly index: number
    /** The interval to plan after this: the one behind it, or one further on when those between are skipped. */
    readonly nextIndex: number
    readonly nextDue: Date | undefined
    readonly nextStart: Date | undefined
  }
  /** Undefined when the interval need not be due: what is skipped is so at once. */
  readonly due: Date | undefined
  /** The backfill that asks for the interval: its mark moves, not the watermark. */
  readonly backfillId?: string
}

/** PLANNED; STALE: another scheduler did it; FULL: a component has as many active instances as it may; PAUSED: all its
 *  components are; EARLY: not due on the database's clock; INACTIVE: the pipeline was stopped, changed or deleted meanwhile. */
export type PlanAnswer = 'PLANNED' | 'STALE' | 'FULL' | 'PAUSED' | 'EARLY' | 'INACTIVE'

/** A schedule whose next interval is due. */
export interface DueSchedule {
  readonly pipelineId: string
  readonly version: number
  readonly scheduleId: string
  readonly scheduleType: 'cron' | 'timeseries'
  readonly anchor: Date
  readonly firstActivation: Date
  readonly nextIndex: number
  /** The last interval that activation asked for; undefined for no limit but the schedule's own. */
  readonly lastIndex: number | undefined
  /** Intervals that start earlier are skipped, since activation said so. */
  readonly skipBefore: Date | undefined
  /** The database's clock. */
  readonly now: Date
}
