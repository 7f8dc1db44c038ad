import type { BrokenBuild } from './broken-build.ts'

const schedulers = 'test/faults/F18-F19-F20-schedulers.test.ts'

/** Of schedulers and definitions. */
export const schedulerBuilds: readonly BrokenBuild[] = [
  {
    row: 'F18',
    mechanism: 'instances and their watermark come in one commit',
    file: 'engine/store/planning.ts',
    find: `const { rows } = await client.query<{ answer: PlanAnswer }>({
    name: 'plan',`,
    replace: `if (schedule) await client.query('update watermarks set next_index = $4, next_due = $5 where pipeline_id = $1 and schedule_id = $2 and schedule_type = $3', [pipelineId, schedule.id, schedule.type, schedule.nextIndex, schedule.nextDue ?? null])
  if (schedule) await client.query('update watermarks set next_index = $4 where pipeline_id = $1 and schedule_id = $2 and schedule_type = $3', [pipelineId, schedule.id, schedule.type, schedule.index])
  const { rows } = await client.query<{ answer: PlanAnswer }>({
    name: 'plan',`,
    test: schedulers,
    fails: 'F18: a scheduler is cut off at each of its statements in turn',
  },
  {
    row: 'F19',
    mechanism: 'a watermark moves with its interval, by compare and set',
    file: 'engine/store/schema/plan.ts',
    find: 'where pipeline_id = p_pipeline and schedule_id = p_schedule and schedule_type = p_schedule_type and next_index = p_index;',
    replace: 'where pipeline_id = p_pipeline and schedule_id = p_schedule and schedule_type = p_schedule_type;',
    test: schedulers,
    fails: 'F20: a scheduler that wakes with an old look',
  },
  {
    row: 'F20',
    mechanism: 'a plan is of the version in force',
    file: 'engine/store/schema/plan.ts',
    find: `and state = 'SCHEDULED' and active_version = p_version for no key update`,
    replace: `and state = 'SCHEDULED' for no key update`,
    test: schedulers,
    fails: 'F20: a scheduler that wakes with an old look',
  },
]
