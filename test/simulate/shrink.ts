import { withoutObject } from './pipeline-spec.ts'
import type { Scenario } from './scenario.ts'

/** A smaller scenario that still fails: without the events, pipelines, objects, workers and chances that the failure does not need. Tries at
 *  most `budget` scenarios. */
export async function shrink(scenario: Scenario, stillFails: (smaller: Scenario) => Promise<boolean>, budget = 400): Promise<Scenario> {
  let best = scenario
  let left = budget
  for (let changed = true; changed && left > 0;) {
    changed = false
    for (const smaller of candidates(best)) {
      if (left-- <= 0) break
      if (!(await stillFails(smaller))) continue
      best = smaller
      changed = true
      break
    }
  }
  return best
}

/** Boldest first. */
function* candidates(scenario: Scenario): Generator<Scenario> {
  const { events, pipelines, shares } = scenario
  for (let size = events.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < events.length; at += size) yield { ...scenario, events: events.toSpliced(at, size) }
  }
  if (pipelines.length > 1) for (const at of pipelines.keys()) yield { ...scenario, pipelines: pipelines.toSpliced(at, 1) }
  for (const [at, pipeline] of pipelines.entries()) {
    if (pipeline.later.length > 0) yield { ...scenario, pipelines: pipelines.with(at, { ...pipeline, later: [] }) }
    for (const { id } of pipeline.first.objects) {
      const first = withoutObject(pipeline.first, id)
      if (first)
        yield {
          ...scenario,
          pipelines: pipelines.with(at, { first, later: pipeline.later.map((later) => withoutObject(later, id) ?? later) }),
        }
    }
  }
  for (const [name, share] of Object.entries(shares)) if (share > 0) yield { ...scenario, shares: { ...shares, [name]: 0 } }
  for (const name of ['workers', 'slots', 'schedulers'] as const) if (scenario[name] > 1) yield { ...scenario, [name]: 1 }
  const hour = 3_600_000
  if (scenario.calmAfterMs > hour) yield { ...scenario, calmAfterMs: Math.floor(scenario.calmAfterMs / 2) }
}

/** What a failure says, without the names in it: two failures of one cause say the same. */
export function kindOf(failure: string): string {
  return failure.split('\n')[0]!.replace(/@\S+|df-\d+|\b[adpr]\d+\b|\d+/g, '_')
}
