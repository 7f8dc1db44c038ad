import type { PlannedEdge, PlannedInstance } from '../../lifecycle/planned.ts'
import { isMade } from './count-instances.ts'
import type { PlannedRange } from './planned-ranges.ts'

/** An instance that will be made, and what it waits for. */
export interface ExpectedInstance {
  readonly row: PlannedInstance
  readonly waitsFor: readonly ExpectedWait[]
  /** The resource that it runs on. */
  readonly resource: PlannedInstance | undefined
}

export interface ExpectedWait {
  readonly row: PlannedInstance
  readonly kind: PlannedEdge['kind']
}

/** The instances of the numbered intervals, each once, oldest due time first. */
export function collectInstances(
  intervals: readonly { readonly range: PlannedRange; readonly index: number }[],
): ReadonlyMap<string, ExpectedInstance> {
  const found = new Map<string, ExpectedInstance>()
  const ordered = intervals
    .map((each) => ({ ...each, due: each.range.due(each.index).getTime() }))
    .toSorted((a, b) => a.due - b.due || a.range.first - b.range.first)
  for (const { range, index } of ordered) {
    const { rows, edges } = range.plan(index)
    const waits = Map.groupBy(edges, ({ consumer }) => consumer)
    for (const [number, row] of rows.entries()) {
      if (!isMade(row)) continue // a resource that several intervals ask for is the same each time
      const waitsFor = (waits.get(number) ?? []).flatMap(({ producer, kind }) => {
        const producing = rows[producer]
        return producing ? [{ row: producing, kind }] : []
      })
      found.set(instanceKey(row), { row, waitsFor, resource: row.resource === null ? undefined : rows[row.resource] })
    }
  }
  return found
}

/** What makes an instance the one that it is. */
export function instanceKey({ component, referrer, start }: PlannedInstance): string {
  return `${component}\n${referrer}\n${start.getTime()}`
}
