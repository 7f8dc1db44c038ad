import type { BrokenBuild } from './broken-build.ts'

const schedulers = 'test/faults/F18-F19-F20-schedulers.test.ts'

/** Of schedulers and definitions. */
export const schedulerBuilds: readonly BrokenBuild[] = [
  {
    row: 'F18',
    mechanism: 'instances and their watermark come in one commit',
    file: 'engine/store/planning.ts',
    find: `const { rows } = await client.query<{ answers: readonly (PlanAnswer | null)[] }>({
    name: 'plans',`,
    replace: `for (const to of ['nextIndex', 'index'] as const) {
    for (const { target: { pipelineId, schedule } } of chains.flat()) {
      if (schedule) await client.query('update watermarks set next_index = $4 where pipeline_id = $1 and schedule_id = $2 and schedule_type = $3', [pipelineId, schedule.id, schedule.type, schedule[to]])
    }
  }
  const { rows } = await client.query<{ answers: readonly (PlanAnswer | null)[] }>({
    name: 'plans',`,
    test: schedulers,
    fails: 'F18: a scheduler is cut off at each of its statements in turn',
  },
  {
    row: 'F19',
    mechanism: 'a watermark moves with its interval, by compare and set',
    file: 'engine/store/schema/plan.ts',
    find: 'and w.schedule_type = s.rhythm and w.next_index = s.index returning s.chain',
    replace: 'and w.schedule_type = s.rhythm returning s.chain',
    test: schedulers,
    fails: 'F20: a scheduler that wakes with an old look',
  },
  {
    row: 'F20',
    mechanism: 'a plan is of the version in force',
    file: 'engine/store/schema/plan.ts',
    find: `p.state = 'SCHEDULED' and p.active_version = c.version and (`,
    replace: `p.state = 'SCHEDULED' and (`,
    test: schedulers,
    fails: 'F20: a scheduler that wakes with an old look',
  },
  {
    row: 'F21',
    mechanism: 'what is due is due by the clock of the store',
    file: 'engine/store/planning.ts',
    find: '.filter(({ in_ms }) => in_ms <= 0)',
    replace: '.filter(({ in_ms, now }) => in_ms + now.getTime() <= Date.now())',
    test: 'test/faults/F21-wrong-clock.test.ts',
    fails: 'F21: the only server has a clock that is off by',
  },
  {
    row: 'F22',
    mechanism: 'the clock of the store counts, whatever that of the process says',
    file: 'engine/store/planning.ts',
    find: '.filter(({ in_ms }) => in_ms <= 0)',
    replace: '.filter(({ in_ms, now }) => in_ms + now.getTime() <= Date.now())',
    test: 'test/faults/F22-F23-clock-steps.test.ts',
    fails: 'F22: the store’s clock goes on by a day',
  },
  {
    row: 'F23',
    mechanism: 'no more intervals are planned than maxActiveInstances',
    file: 'engine/store/schema/plan.ts',
    find: 'where start < s.start) >= a.room',
    replace: 'where start < s.start) >= a.room + 1000',
    test: 'test/faults/F22-F23-clock-steps.test.ts',
    fails: 'F23: everything is down for a day',
  },
  {
    row: 'F24',
    mechanism: 'a fixed time that occurs twice is the first of the two',
    file: 'engine/spec/cron-ticks.ts',
    find: 'cron.isFixed ? (shown ?? begin) : begin',
    replace: 'begin',
    test: 'test/oracle/zones.test.ts',
    fails: 'in every zone, ticks around a turn of the clocks',
  },
  {
    row: 'F25',
    mechanism: 'a day that its month lacks becomes the last one',
    file: 'engine/spec/period.ts',
    find: 'result.setUTCDate(Math.min(start.getUTCDate(), lastDay))',
    replace: 'result.setUTCDate(start.getUTCDate() + 0 * lastDay)',
    test: 'test/spec/months.test.ts',
    fails: 'months are counted from the start and clipped',
  },
  {
    row: 'F26',
    mechanism: 'ticks are counted from the anchor',
    file: 'engine/spec/tick-table.ts',
    find: 'const first = table.ticksBefore(start.getTime())',
    replace: 'const first = 0 * start.getTime()',
    test: 'test/faults/F26-zone-data.test.ts',
    fails: 'F26: a process with other zone data goes on',
  },
  {
    row: 'F29',
    mechanism: 'a cron text that ticks less than twice is refused',
    file: 'engine/definition/check-schedules.ts',
    find: 'if (boundary({ anchor: from, cron }, 1)) return []',
    replace: 'if (boundary({ anchor: from, cron }, 1) || from) return []',
    test: 'test/definition/check-cron.test.ts',
    fails: 'no such date, with a start',
  },
  {
    row: 'F30',
    mechanism: 'the walk goes on as deep as something is waited for',
    file: 'engine/definition/check-cycles.ts',
    find: 'else if (!done.has(next)) enter(next)',
    replace: 'else if (!done.has(next) && path.length < 3) enter(next)',
    test: 'test/faults/F30-F31-cycles-and-sizes.test.ts',
    fails: 'F30: of random graphs, those with a ring are refused',
  },
  {
    row: 'F31',
    mechanism: 'the cap of bytes',
    file: 'engine/definition/limits.ts',
    find: 'bytes: 20 * 1024 * 1024,',
    replace: 'bytes: Infinity,',
    test: 'test/faults/F30-F31-cycles-and-sizes.test.ts',
    fails: 'F31: a ladder of sizes is answered in bounded time',
  },
  {
    row: 'F32',
    mechanism: 'a plan locks its pipeline',
    file: 'engine/store/schema/plan.ts',
    find: 'where id = any(v_pipelines) order by id for no key update;',
    replace: 'where id = any(v_pipelines) order by id;',
    test: 'test/store/deactivate.test.ts',
    fails: 'an interval that is planned while its pipeline is deactivated',
  },
]
