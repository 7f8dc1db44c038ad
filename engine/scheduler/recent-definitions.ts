import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { Catalog } from '../spec/catalog.ts'
import { intervalPlanner, type IntervalPlan, type Rhythm } from './interval-plan.ts'
import type { Interval } from '../schedule/schedule.ts'

/** How many are kept: a backfill comes back to the same one again and again, and memory stays bounded. */
const capacity = 64

/** A version of a pipeline, with what was read out of it for planning. */
export interface RecentDefinition {
  readonly definition: CompiledDefinition
  /** Plans intervals of a rhythm. */
  planner(rhythm: Rhythm, firstActivation: Date): (interval: Interval) => IntervalPlan
}

export interface RecentDefinitions {
  get(pipelineId: string, version: number): Promise<RecentDefinition>
}

/** Definitions that were planned lately, each read once while it is kept: a version never changes. What could not be read is asked for again. */
export function recentDefinitions(
  definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> },
  catalog: Catalog,
): RecentDefinitions {
  const kept = new Map<string, Promise<RecentDefinition>>()
  return {
    get(pipelineId, version) {
      const key = `${version} ${pipelineId}`
      const found = kept.get(key) ?? definitions.get(pipelineId, version).then((definition) => withPlanners(definition, catalog))
      kept.delete(key)
      kept.set(key, found)
      found.catch(() => kept.delete(key))
      for (const oldest of kept.keys()) if (kept.size > capacity) kept.delete(oldest)
      return found
    },
  }
}

function withPlanners(definition: CompiledDefinition, catalog: Catalog): RecentDefinition {
  const planners = new Map<string, (interval: Interval) => IntervalPlan>()
  return {
    definition,
    planner(rhythm, firstActivation) {
      const key = [rhythm.schedule.id, rhythm.type, rhythm.schedule.anchor.getTime(), firstActivation.getTime()].join(' ')
      const planner = planners.get(key) ?? intervalPlanner(definition, catalog, rhythm, firstActivation)
      planners.set(key, planner)
      return planner
    },
  }
}
