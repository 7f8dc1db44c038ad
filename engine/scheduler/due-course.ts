import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import type { DueSchedule, PlanTarget } from '../lifecycle/planned.ts'
import { dueTime } from '../schedule/due-time.ts'
import { firstWanted } from '../schedule/first-wanted.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { intervalAt, type Interval, type Schedule } from '../schedule/schedule.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { Planning } from '../store/planning.ts'
import type { Rhythm } from './interval-plan.ts'
import type { ChainStep, Course, Steps } from './plan-chain.ts'
import type { RecentDefinition, RecentDefinitions } from './recent-definitions.ts'
import { planSkipped, planStraddling } from './skipped.ts'

interface DuePlanning {
  readonly planning: Planning
  readonly catalog: Catalog
  readonly recent: RecentDefinitions
}

/** A schedule that is due: first what it skips, then its intervals that are due, oldest first. */
export function dueCourse(options: DuePlanning, due: DueSchedule): Course {
  const { pipelineId, version, scheduleId, scheduleType } = due
  return {
    pipelineId,
    key: `${pipelineId} ${scheduleId} ${scheduleType}`,
    title: `The schedule ${scheduleId} of pipeline ${pipelineId}`,
    async open() {
      const recent = await options.recent.get(pipelineId, version)
      const rhythm = rhythmOf(recent.definition, due)
      const end = (): Promise<void> => options.planning.endSchedule(due)
      return rhythm ? stepsOf(options.catalog, recent, due, rhythm, end) : { at: () => 'OVER', end }
    },
  }
}

function stepsOf(
  catalog: Catalog,
  { definition, planner }: RecentDefinition,
  due: DueSchedule,
  rhythm: Rhythm,
  end: () => Promise<void>,
): Steps {
  const { schedule, type } = rhythm
  const first = definition.dueAtOnce ? due.nextIndex : firstWanted(schedule, type, due)
  const skipping = skippedSteps(definition, catalog, due, rhythm, first)
  const plan = planner(rhythm, due.firstActivation)
  return {
    at(n) {
      const skipped = skipping[n]
      if (skipped) return skipped()
      const index = first + n - skipping.length
      const interval = wantedInterval(schedule, index, due.lastIndex)
      if (!interval) return 'OVER'
      const dueAt = dueTime(definition, type, interval, due.firstActivation)
      if (dueAt > due.now) return 'LATER'
      return { target: { ...targetOf(definition, due, rhythm, index, index + 1), due: dueAt }, plan: plan(interval) }
    },
    end,
  }
}

/** What comes before number `first`: the intervals that are skipped, and the last of them in part when something that is not skipped needs it. */
function skippedSteps(
  definition: CompiledDefinition,
  catalog: Catalog,
  due: DueSchedule,
  rhythm: Rhythm,
  first: number,
): readonly (() => ChainStep)[] {
  if (first <= due.nextIndex) return []
  const { firstActivation, skipBefore, nextIndex } = due
  const skipping = { definition, catalog, rhythm, firstActivation }
  const last = intervalAt(rhythm.schedule, first - 1)
  const straddling = last && skipBefore && planStraddling(skipping, last, skipBefore)
  const end = straddling ? first - 1 : first
  const steps: (() => ChainStep)[] = []
  if (end > nextIndex) {
    const target = { ...targetOf(definition, due, rhythm, nextIndex, end), due: undefined }
    steps.push(() => ({ target, plan: planSkipped(skipping, nextIndex, end), alone: true }))
  }
  if (straddling) {
    const target = { ...targetOf(definition, due, rhythm, first - 1, first), due: dueTime(definition, rhythm.type, last, firstActivation) }
    steps.push(() => ({ target, plan: straddling, alone: true }))
  }
  return steps
}

function targetOf(
  definition: CompiledDefinition,
  { pipelineId, version, lastIndex, firstActivation }: DueSchedule,
  { schedule, type }: Rhythm,
  index: number,
  nextIndex: number,
): Omit<PlanTarget, 'due'> {
  const next = wantedInterval(schedule, nextIndex, lastIndex)
  const nextDue = next && dueTime(definition, type, next, firstActivation)
  return { pipelineId, version, schedule: { id: schedule.id, type, index, nextIndex, nextDue, nextStart: next?.start } }
}

function wantedInterval(schedule: Schedule, index: number, last: number | undefined): Interval | undefined {
  return last !== undefined && index > last ? undefined : intervalAt(schedule, index)
}

/** The schedule with the anchor that activation stored; undefined when the version in force no longer has it. */
function rhythmOf(definition: CompiledDefinition, { scheduleId, scheduleType, anchor, firstActivation }: DueSchedule): Rhythm | undefined {
  const component = definition.components[scheduleId]
  return component && { schedule: { ...readSchedule(definition, component, firstActivation), anchor }, type: scheduleType }
}
