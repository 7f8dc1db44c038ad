import { dueTime } from '../schedule/due-time.ts'
import { readSchedule } from '../schedule/read-schedule.ts'
import { intervalAt } from '../schedule/schedule.ts'
import type { OpenMark } from '../store/backfills.ts'
import type { Planning } from '../store/planning.ts'
import type { Course } from './plan-chain.ts'
import type { RecentDefinitions } from './recent-definitions.ts'

/** One schedule of a backfill: its intervals that are not planned yet, oldest first. */
export function backfillCourse(planning: Planning, recent: RecentDefinitions, mark: OpenMark): Course {
  const { pipelineId, version, backfillId, scheduleId, scheduleType: type, firstActivation, room } = mark
  return {
    pipelineId,
    key: `${backfillId} ${scheduleId} ${type}`,
    title: `The backfill ${backfillId} of pipeline ${pipelineId}`,
    async open() {
      const { definition, planner } = await recent.get(pipelineId, version)
      const component = definition.components[scheduleId]
      const read = component && readSchedule(definition, component, firstActivation)
      const schedule = read && { ...read, anchor: mark.anchor ?? read.anchor }
      const planOf = schedule && planner({ schedule, type }, firstActivation)
      return {
        at(n) {
          const index = mark.nextIndex + n
          const interval = schedule && intervalAt(schedule, index)
          if (!planOf || !interval || index > mark.lastIndex) return 'OVER'
          const target = { id: scheduleId, type, index, nextIndex: index + 1, nextDue: undefined, nextStart: undefined }
          const due = dueTime(definition, type, interval, firstActivation)
          const plan = planOf(interval)
          // Everything of the past is late: nobody is to be called for it.
          const rows = plan.rows.map((row) => ({ ...row, late: null }))
          return { target: { pipelineId, version, schedule: target, due, backfillId }, plan: { ...plan, rows }, room }
        },
        end: () => planning.endMark(mark),
      }
    },
  }
}
