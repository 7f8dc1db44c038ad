import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import { dueTime } from '../../schedule/due-time.ts'
import { firstDueFrom } from '../../schedule/due-within.ts'
import { intervalAt } from '../../schedule/schedule.ts'
import { lastIndex } from '../../schedule/window.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { formatDateTime } from '../../spec/date-time.ts'
import { checkRollUps } from './check-roll-ups.ts'
import { collectInstances, type ExpectedInstance } from './collect-instances.ts'
import { countInstances, instancesOf, nameOf, type Track } from './count-instances.ts'
import { dependencyOrder } from './dependency-order.ts'
import { plannedRanges, type PlannedRange } from './planned-ranges.ts'
import { readRhythms } from './read-rhythms.ts'
import type { TimeWindow } from './usual-window.ts'

/** What would run between two instants. */
export interface Forecast {
  /** In dependency order. */
  readonly tracks: readonly Track[]
  /** How many intervals become due. */
  readonly intervals: number
  /** By interval, and within one in dependency order; only the first interval of each schedule when the forecast is `abridged`. */
  readonly listed: readonly ExpectedInstance[]
  /** There are more instances than were to be listed. */
  readonly abridged: boolean
}

/** Everything that becomes due in the window (with what the scheduler plans, and no other way). Lists at most `limit` instances: beyond that
 *  time and memory no longer grow with the window. Throws a SluiceError when nothing becomes due. */
export function forecast(definition: CompiledDefinition, catalog: Catalog, window: TimeWindow, limit: number): Forecast {
  if (!definition.onDemand) checkRollUps(definition, catalog, readRhythms(definition, catalog, window.from))
  const ranges = plannedRanges(definition, catalog, window)
  const { tracks, before } = countInstances(definition, catalog, ranges, window.from)
  if (tracks.size === 0) throw nothingDue(definition, catalog, window)
  const abridged = tracks.values().reduce((sum, track) => sum + instancesOf(track), 0) > limit
  const order = dependencyOrder([...tracks.keys()], before)
  const intervals = ranges.flatMap((range) => numbers(range, abridged).map((index) => ({ range, index })))
  const ranks = new Map(order.map((name, rank) => [name, rank]))
  return {
    tracks: order.flatMap((name) => tracks.get(name) ?? []),
    intervals: intervalCount(ranges),
    listed: inOrder([...collectInstances(intervals).values()], ranks),
    abridged,
  }
}

/** Those that are so, or all when none is. */
function preferred<T>(all: readonly T[], isSo: (each: T) => boolean): readonly T[] {
  return all.some(isSo) ? all.filter(isSo) : all
}

function numbers({ first, last }: PlannedRange, abridged: boolean): readonly number[] {
  return abridged ? [first] : Array.from({ length: last - first + 1 }, (_, offset) => first + offset)
}

/** Components of both types on one schedule have the same intervals; of one that has only begun, so that its resources are there, nothing is
 *  done yet. */
function intervalCount(ranges: readonly PlannedRange[]): number {
  const bySchedule = Map.groupBy(
    preferred(ranges, ({ rhythm }) => !rhythm?.resourcesOnly),
    ({ rhythm }) => rhythm?.schedule.id,
  )
  return bySchedule.values().reduce((sum, same) => {
    const [first, last] = [Math.min(...same.map((range) => range.first)), Math.max(...same.map((range) => range.last))]
    return sum + last - first + 1
  }, 0)
}

function inOrder(instances: readonly ExpectedInstance[], ranks: ReadonlyMap<string, number>): readonly ExpectedInstance[] {
  const rank = ({ row }: ExpectedInstance): number => ranks.get(nameOf(row)) ?? ranks.size
  return instances.toSorted(
    (a, b) => a.row.start.getTime() - b.row.start.getTime() || a.row.stop.getTime() - b.row.stop.getTime() || rank(a) - rank(b),
  )
}

function nothingDue(definition: CompiledDefinition, catalog: Catalog, { from, to }: TimeWindow): SluiceError {
  const rhythms = definition.onDemand ? [] : readRhythms(definition, catalog, from)
  const hints = preferred(rhythms, ({ resourcesOnly }) => !resourcesOnly).map(({ schedule, type }) => {
    const next = firstDueFrom(schedule, type, to)
    const last = lastIndex(schedule) ?? 0
    const interval = intervalAt(schedule, next ?? last)
    if (!interval) return `The schedule ${schedule.id} ends before its first interval does.`
    const due = formatDateTime(dueTime(definition, type, interval, from))
    if (next === undefined) return `The schedule ${schedule.id} is over: its last interval was due at ${due}.`
    return `The next interval of ${schedule.id} is due at ${due}: give --to an instant after it.`
  })
  if (rhythms.length === 0) {
    return new SluiceError('Nothing of the definition ever runs: it has no activity, data node or resource that follows a schedule.', {
      exitCode: 2,
      hint: 'Add an activity and, unless it runs on demand, a schedule; see docs/guide/first-pipeline.md.',
    })
  }
  const message = `Nothing becomes due from ${formatDateTime(from)} until ${formatDateTime(to)}.`
  return new SluiceError(message, { exitCode: 2, hint: [...new Set(hints)].join(' ') })
}
