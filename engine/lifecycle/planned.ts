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

/** What one interval of a schedule becomes. Edges name rows by their number, from 0. */
export interface PlannedInterval {
  readonly rows: readonly PlannedInstance[]
  readonly edges: readonly PlannedEdge[]
  /** By component id: how many of its instances may be active when this interval is planned. */
  readonly limits: Readonly<Record<string, number>>
}

/** Consecutive intervals of one schedule of a pipeline, in their order, each with its plan; or one execution on demand. No row that one of them
 *  makes is a mere place in another. */
export type PlanChain = readonly PlanStep[]

export interface PlanStep {
  readonly target: PlanTarget
  readonly plan: PlannedInterval
}

/** What became of a chain: how many of its intervals were planned, and what kept the next one from it; PLANNED when all were. FULL that is not of
 *  the first interval counts all before it as active, and may be too careful. */
export interface ChainAnswer {
  readonly planned: number
  readonly answer: PlanAnswer
}

/** PLANNED; STALE: another scheduler did it; FULL: a component has as many active instances as it may; PAUSED: all its
 *  components are; EARLY: not due on the database's clock; INACTIVE: the pipeline was stopped, changed or deleted meanwhile. */
export type PlanAnswer = 'PLANNED' | 'STALE' | 'FULL' | 'PAUSED' | 'EARLY' | 'INACTIVE'

/** How many schedules one look finds. */
export const pageSize = 1000

/** Schedules whose next interval is due, the longest first: up to `pageSize` of them, behind the mark that the page before ended with. */
export interface DuePage {
  readonly due: readonly DueSchedule[]
  /** In how many milliseconds another one will be. */
  readonly nextInMs: number | undefined
  /** Where the next page begins; undefined when this is the last. */
  readonly after: DueMark | undefined
}

/** Tells a place in the order of due schedules; only the store reads it. */
export type DueMark = readonly string[]

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
