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

/** Where versions of pipelines are read. */
export interface DefinitionSource {
  get(pipelineId: string, version: number): Promise<CompiledDefinition>
  /** Many at once, those that there are; absent: one by one. */
  many?(wanted: readonly WantedDefinition[]): Promise<readonly FoundDefinition[]>
}

interface WantedDefinition {
  readonly pipelineId: string
  readonly version: number
}

interface FoundDefinition extends WantedDefinition {
  readonly definition: CompiledDefinition
}

/** Definitions that were planned lately, each read once while it is kept: a version never changes. What could not be read is asked for again. Those that
 *  are asked for at the same time are read together. */
export function recentDefinitions(definitions: DefinitionSource, catalog: Catalog): RecentDefinitions {
  const kept = new Map<string, Promise<RecentDefinition>>()
  const read = together(definitions)
  return {
    get(pipelineId, version) {
      const key = `${version} ${pipelineId}`
      const found = kept.get(key) ?? read(pipelineId, version).then((definition) => withPlanners(definition, catalog))
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

function together(definitions: DefinitionSource): DefinitionSource['get'] {
  let asked: WantedDefinition[] = []
  let answer: Promise<ReadonlyMap<string, CompiledDefinition>> | undefined
  const ask = async (many: NonNullable<DefinitionSource['many']>): Promise<ReadonlyMap<string, CompiledDefinition>> => {
    await Promise.resolve() // for those who ask in this very moment
    const wanted = asked
    asked = []
    answer = undefined
    const found = wanted.length > 1 ? await many(wanted) : []
    return new Map(found.map(({ pipelineId, version, definition }) => [`${version} ${pipelineId}`, definition]))
  }
  return async (pipelineId, version) => {
    if (!definitions.many) return definitions.get(pipelineId, version)
    asked.push({ pipelineId, version })
    answer ??= ask(definitions.many.bind(definitions))
    return (await answer).get(`${version} ${pipelineId}`) ?? definitions.get(pipelineId, version)
  }
}
