import { instancesOf } from '../../scheduler/forecast/count-instances.ts'
import type { Forecast } from '../../scheduler/forecast/forecast.ts'

/** How much a plan is. */
export interface Amounts {
  readonly intervals: number
  readonly instances: number
  /** Instances that a worker has to run: activities, and preconditions that are checked where the work is done. */
  readonly tasks: number
}

export function amountsOf({ tracks, intervals }: Forecast): Amounts {
  const sum = (of: Forecast['tracks']): number => of.reduce((total, track) => total + instancesOf(track), 0)
  return { intervals, instances: sum(tracks), tasks: sum(tracks.filter(({ isTask }) => isTask)) }
}
