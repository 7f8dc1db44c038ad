import { chainOf } from '../../../store/reason-chains.ts'
import type { Reason } from '../../../store/reason.ts'

/** Instances of one task that wait for the same thing. */
export interface ReasonGroup {
  /** Of the oldest interval, and what it leads to. */
  readonly chain: readonly [Reason, ...Reason[]]
  readonly members: readonly Reason[]
}

/** Equal reasons once. What waits for nothing else comes first, then what waits for that, and so on; among these the oldest interval. */
export function groupReasons(reasons: readonly Reason[], known: ReadonlyMap<string, Reason>): readonly ReasonGroup[] {
  const groups = Map.groupBy(reasons, ({ task, code, object, waitsFor, status }) =>
    [task, code, object, waitsFor?.task, code === 'ENDED' ? status : ''].join('\n'),
  )
  return [...groups.values()]
    .flatMap((members): ReasonGroup[] => {
      const [oldest] = members.toSorted((a, b) => a.interval.getTime() - b.interval.getTime())
      return oldest ? [{ chain: chainOf({ ...oldest, ...earliest(members) }, known), members }] : []
    })
    .toSorted((a, b) => a.chain.length - b.chain.length || a.chain[0].interval.getTime() - b.chain[0].interval.getTime())
}

/** Since when the first waits, and when the next one is looked at. */
function earliest(members: readonly Reason[]): Pick<Reason, 'since' | 'nextTime'> {
  const first = (times: readonly (Date | undefined)[]): Date | undefined =>
    times.filter((time) => time !== undefined).toSorted((a, b) => a.getTime() - b.getTime())[0]
  return { since: first(members.map(({ since }) => since)), nextTime: first(members.map(({ nextTime }) => nextTime)) }
}
