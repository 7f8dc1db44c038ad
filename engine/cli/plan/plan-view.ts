import type { ExpectedInstance } from '../../scheduler/forecast/collect-instances.ts'
import type { Forecast } from '../../scheduler/forecast/forecast.ts'
import type { TimeWindow } from '../../scheduler/forecast/usual-window.ts'

/** A plan as the views show it. */
export interface PlanView extends Forecast, TimeWindow {
  readonly name: string
  readonly onDemand: boolean
  /** Sentences about ends of the window that were not given. */
  readonly notes: readonly string[]
  /** How many instances are listed at most. */
  readonly limit: number
  describe(instance: ExpectedInstance): InstanceView
}

/** What is known of an instance before it runs. */
export interface InstanceView {
  /** As the component wrote them or inherited them, evaluated; secrets are masked. A field that is left out is not there. */
  readonly fields: readonly FieldView[]
  /** Data nodes that an activity reads and writes. */
  readonly reads: readonly DataView[]
  readonly writes: readonly DataView[]
  /** Why fields are not known yet, and why a worker would refuse some: sentences. */
  readonly unresolved: readonly string[]
  readonly refused: readonly string[]
}

export interface FieldView {
  readonly name: string
  readonly values: readonly string[]
  /** Its type has it, not every object of the family. */
  readonly isOwn: boolean
  readonly isReference: boolean
}

export interface DataView {
  readonly node: string
  readonly instance: string
  readonly type: string
  readonly fields: readonly FieldView[]
}
