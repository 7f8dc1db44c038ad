import fc from 'fast-check'
import type { PlannedEdge, PlannedInstance } from '../../engine/lifecycle/planned.ts'

/** Rows and edges for `plannedGraph`. */
export interface RandomGraph {
  readonly rows: readonly (Partial<PlannedInstance> & { component: string })[]
  readonly edges: readonly [string, string, PlannedEdge['kind']][]
}

/** Acyclic graphs of activities and data nodes, some with preconditions, tries and modes mixed. */
export const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .array(
    fc.record({
      datanode: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      guarded: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      cascades: fc.boolean(),
      retries: fc.integer({ min: 0, max: 2 }),
      priority: fc.integer({ min: 0, max: 1 }),
      before: fc.array(fc.nat({ max: 100 }), { maxLength: 4, size: 'max' }),
    }),
    { minLength: 4, maxLength: 14, size: 'max' },
  )
  .map((nodes) => ({
    rows: nodes.flatMap(({ datanode, guarded, cascades, retries, priority }, index) => {
      const own = { component: `c${index}`, family: datanode ? ('datanode' as const) : ('activity' as const), cascades, retries, priority }
      const guard = { component: `p${index}`, family: 'precondition' as const, lane: 'precondition' as const, referrer: own.component }
      return guarded ? [own, { ...guard, cascades, retries }] : [own]
    }),
    edges: nodes.flatMap(({ guarded, before }, index): [string, string, PlannedEdge['kind']][] => {
      const producers = index === 0 ? [] : [...new Set(before.map((n) => `c${n % index}`))]
      const own = producers.map((producer): [string, string, PlannedEdge['kind']] => [producer, `c${index}`, 'dependsOn'])
      return guarded ? [...own, [`p${index}`, `c${index}`, 'precondition']] : own
    }),
  }))
