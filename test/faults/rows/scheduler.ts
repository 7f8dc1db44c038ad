import type { FaultRow } from './fault-row.ts'

const schedulers = 'test/faults/F18-F19-F20-schedulers.test.ts'
const simulated = 'test/simulate/simulate.test.ts > 2,000 seeds of random pipelines, commands and faults keep every promise'

/** Of schedulers and definitions. */
export const schedulerRows: readonly FaultRow[] = [
  {
    id: 'F18',
    fault: 'scheduler killed between any two statements',
    holds:
      'The instances of an interval, what they wait for and the watermark come in one statement and one commit; each instance has a unique key. Whoever goes on finds an interval whole or not at all, ' +
      'and makes what one scheduler alone makes.',
    in: ['engine/store/schema/plan.ts', 'engine/scheduler/scheduler.ts'],
    tests: [
      `${schedulers} > F18: a scheduler is cut off at each of its statements in turn, at the %s; another one goes on, and makes what one alone makes`,
      `${schedulers} > F18, F20: of two server processes one is killed at random moments, and the other is frozen and wakes: each task runs once`,
      'test/scheduler/plan-due.test.ts > a plan that breaks off in the middle leaves nothing, is told, and keeps no other pipeline from being planned',
      simulated,
    ],
  },
  {
    id: 'F19',
    fault: 'two or ten schedulers, each sure it leads',
    holds:
      'Nobody leads. All of them plan, offer and provide at once; the watermark moves by compare and set, and one plan of a pipeline at a time.',
    in: ['engine/store/schema/plan.ts'],
    tests: [
      `${schedulers} > F19: ten engines that all plan, offer and provide, on one database: each task runs once, as with one`,
      'test/scheduler/plan-due.test.ts > ten schedulers at once make each instance once',
      'test/scheduler/plan-due.test.ts > ten schedulers at once plan schedules that keep places for each other',
      'test/scheduler/backfill.test.ts > ten schedulers at once plan each of its intervals once',
      simulated,
    ],
  },
  {
    id: 'F20',
    fault: 'scheduler paused, wakes with a stale plan',
    holds:
      'The plan says the version and the watermark that it was made from. It changes nothing (STALE, INACTIVE) when another has planned the interval, another version is in force, or the pipeline was stopped or deleted.',
    in: ['engine/store/schema/plan.ts'],
    tests: [
      `${schedulers} > F20: a scheduler that wakes with an old look changes nothing when %s`,
      `${schedulers} > F18, F20: of two server processes one is killed at random moments, and the other is frozen and wakes: each task runs once`,
      simulated,
    ],
  },
  {
    id: 'F21',
    fault: 'scheduler’s clock an hour off',
    holds:
      '“Now” is the store’s: what is due is asked of it, and a plan that comes too early is refused there (EARLY). A scheduler only sleeps by its own clock, for 5 s at the most.',
    in: ['engine/store/planning.ts', 'engine/store/schema/plan.ts'],
    tests: [
      'test/faults/F21-wrong-clock.test.ts > F21: the only server has a clock that is off by %s: it plans nothing early and misses nothing, since “now” is the store’s',
    ],
  },
  {
    id: 'F22',
    fault: 'clock steps a day on or back; leap second',
    holds:
      'On: what falls due is made up for, no more at once than maxActiveInstances; leases are over, so what runs is tried again, and its fence keeps it from ending twice. Back: a watermark never goes back, so nothing is planned twice; what is asked for runs.',
    in: ['engine/store/planning.ts', 'engine/store/schema/plan.ts'],
    tests: [
      'test/faults/F22-F23-clock-steps.test.ts > F22: the store’s clock goes on by a day while a task runs, and back: the day is made up for, the task ends once, nothing runs twice',
      simulated,
    ],
    lacks:
      'Nobody compares the wall clock with a monotonic one, so a step is not told. After a step back, a time that the store had given before (a lease, the delay of a retry) is waited for until the clock comes to it again: a worker that dies then keeps its task as long. PostgreSQL has no leap seconds.',
  },
  {
    id: 'F23',
    fault: 'everything down for a day',
    holds:
      'Planning goes on from the watermark: all that was missed, the latest of it or none, as catchUp says, no more at once than maxActiveInstances.',
    in: ['engine/scheduler/scheduler.ts', 'engine/schedule/first-wanted.ts', 'engine/store/schema/plan.ts'],
    tests: [
      'test/faults/F22-F23-clock-steps.test.ts > F23: everything is down for a day: what was missed is made up for as each schedule says, no more at once than maxActiveInstances',
      simulated,
    ],
  },
  {
    id: 'F24',
    fault: 'a local time that does not exist, or occurs twice',
    holds:
      'Intervals are kept as instants of UTC. Fixed times of day come once a date: the first of two, or the moment at which the clocks jump; a pattern with a wildcard ticks whenever the clocks show it. ' +
      'Two oracles agree, in all zones: a clock that is read every minute, and croner.',
    in: ['engine/spec/cron-ticks.ts', 'engine/spec/clock-spans.ts'],
    tests: [
      'test/oracle/zones.test.ts > in every zone, ticks around a turn of the clocks are those of a clock that is read every minute (`npm run oracle` has all turns)',
      'test/oracle/zones.test.ts > years after 2100 have the turns of an earlier year of their kind',
      'test/oracle/croner.test.ts > the next tick is croner’s, for random texts and instants in forty zones (`npm run oracle -- --croner 1000000` has a million)',
      'test/spec/cron-ticks.test.ts > is the first of the two, when the times are written out',
      'test/spec/cron-ticks.test.ts > is the moment at which the clocks jump, when the times are written out',
    ],
  },
  {
    id: 'F25',
    fault: '29 February, month ends, 53-week years, half-hour shifts',
    holds:
      'Each boundary is counted from the anchor and clipped to its month, so nothing drifts; dates of cron texts are those of the calendar, for every year from 0 to 3000.',
    in: ['engine/spec/period.ts', 'engine/spec/calendar.ts'],
    tests: [
      'test/spec/months.test.ts > months are counted from the start and clipped to the month, from each 28th to 31st of 131 years, 1 to 40 on',
      'test/spec/months.test.ts > years from 29 February are the 28th, except in leap years, which 2100 is not',
      'test/spec/calendar.test.ts > all years from 0 to 3000 have the days that a calendar has',
      'test/spec/calendar.test.ts > its dates are croner’s, in years of all kinds',
      'test/schedule/schedule.test.ts > a monthly schedule begun on the 31st is counted from its anchor, so it does not drift',
      'test/oracle/croner.test.ts > the next tick is croner’s, for random texts and instants in forty zones (`npm run oracle -- --croner 1000000` has a million)',
    ],
  },
  {
    id: 'F26',
    fault: 'time zone data changes under a running system',
    holds:
      'Instances are kept as instants, and the watermark as a number of ticks from the anchor. A process with other data (they are those of its Node) leaves what was planned as it is, and plans the rest by its own.',
    in: ['engine/spec/tick-table.ts', 'engine/store/schema/plan.ts'],
    tests: [
      'test/faults/F26-zone-data.test.ts > F26: a process with other zone data goes on, %s: what was planned stays, what is to come is at its new time, each date once',
    ],
    lacks:
      'Nobody is told, and no instance says by which data it was planned. Where other data change the past of a zone, a pattern with a wildcard may have another number of ticks there: then one is passed over, or met again and left as it is. ' +
      'Until all processes have the same data, the one that plans an interval decides.',
  },
  {
    id: 'F29',
    fault: 'schedule that never fires, or fires a million times',
    holds:
      'A cron text that names no date, ticks less than twice before the year 3000, or ends before its first interval does, is refused at validation. A tick is found by number, without walking over those before it; ' +
      'one interval may take in 32 of another schedule, and of what is due each schedule has a turn of 50.',
    in: ['engine/definition/check-schedules.ts', 'engine/spec/tick-table.ts', 'engine/scheduler/scheduler.ts'],
    tests: [
      'test/definition/check-cron.test.ts > no such date, with a start',
      'test/definition/check-cron.test.ts > an end before the second tick',
      'test/definition/check-cron.test.ts > a hostile text is answered at once: %.20s',
      'test/spec/cron-ticks.test.ts > knows a tick among hundreds of millions without walking over each',
      'test/fuzz/fuzz.test.ts > 10,000 hostile documents are read or refused with reasons',
    ],
  },
  {
    id: 'F30',
    fault: 'cycles: dependsOn, parent, parameter, self',
    holds:
      'The graph of all that waits is walked before anything is stored; each ring is refused with the whole way round. Expressions that lead to themselves are refused too.',
    in: ['engine/definition/check-cycles.ts'],
    tests: [
      'test/faults/F30-F31-cycles-and-sizes.test.ts > F30: of random graphs, those with a ring are refused, and each ring that is named is one, the whole way round',
      'test/definition/compile.test.ts > a cycle goes through inputs, outputs, dependencies and preconditions, and names the whole way',
      'test/definition/compile.test.ts > a chain of 20,000 dependencies is checked without exhausting the stack',
      'test/expression/nesting.test.ts > expressions that lead in a circle are an error that shows the circle',
      'test/fuzz/fuzz.test.ts > fields that lead to themselves or double themselves are refused or finished',
    ],
  },
  {
    id: 'F31',
    fault: '20 MiB, 100k objects, 1M edges',
    holds:
      'Bytes, depth, values and aliases are counted before or while a text is read, and refused beyond their limits; what is within them is read and checked in linear time, in 1.5 GB at the most.',
    in: ['engine/definition/limits.ts', 'engine/definition/plain-yaml-cursor.ts'],
    tests: [
      'test/faults/F30-F31-cycles-and-sizes.test.ts > F31: a ladder of sizes is answered in bounded time with little memory, or refused: up to 100,000 tasks, a million edges, 20 MiB',
      'test/definition/hostile-texts.test.ts > one byte over the size cap is refused, the cap itself is read',
      'test/definition/hostile-texts.test.ts > a million hostile brackets, a thousand times, leave the process alive',
      'test/definition/compile.test.ts > ten thousand wrong references are told within seconds',
    ],
  },
  {
    id: 'F32',
    fault: 'edit, activate, deactivate, delete race with planning',
    holds:
      'All of them lock the row of the pipeline first, as a plan does, which also names the version it was made from: each interval is of one version, and what was stopped or deleted gets none.',
    in: ['engine/store/schema/plan.ts', 'engine/store/activation.ts', 'engine/store/schema/deactivate.ts', 'engine/store/schema/delete.ts'],
    tests: [
      'test/faults/F32-edits-race-with-planning.test.ts > F32: %s and %s meet planning: each interval is of one version, and runs once when all is over',
      'test/store/deactivate.test.ts > an interval that is planned while its pipeline is deactivated is cancelled with the rest',
      'test/store/races.test.ts > a pipeline that is activated anew while it is looked at is not FINISHED',
      simulated,
    ],
    lacks:
      'An edit that takes a task out, and a later one that puts it back, leaves those of its intervals SKIPPED for which a place was kept when it was taken out: another task waits for them, and they were not planned yet. ' +
      'A scheduler that meets a delete between its look and its plan tells that there is no such version, once.',
  },
  {
    id: 'F27',
    fault: 'back-fill of 100k instances',
    holds:
      'Nothing is planned that has no room: of a year only the few intervals are there that may be active at once, and the next when one has ended. What has room is planned by ' +
      'turns of 50 intervals, in transactions of about 250 rows, so that others come to theirs; what waits for room is set apart and starves nobody behind it.',
    in: [
      'engine/scheduler/plan-chain.ts',
      'engine/scheduler/plan-schedules.ts',
      'engine/scheduler/set-apart.ts',
      'engine/store/schema/plan.ts',
    ],
    tests: [
      'test/faults/F27-F28-backfill-and-herd.test.ts > F27: of a year of 350,400 tasks no more are there than it has room for; others are planned beside it and wait for few of it; it is cancelled at once',
      'test/faults/F27-F28-backfill-and-herd.test.ts > F27: with room for all of it, a year is planned by turns: another pipeline has its own in the same look',
      'test/scheduler/plan-due.test.ts > more schedules that have no room than one look finds keep none behind them from being planned, and go on when they have room',
      'test/scheduler/backfill.test.ts > has no more intervals active at once than its limit, oldest first, and leaves the schedule its own room',
    ],
    lacks: 'Times and memory are measured by `npm run bench -- backfill`, not by a test.',
  },
  {
    id: 'F28',
    fault: '10k instances due in one second',
    holds:
      'Up to 250 schedules are planned in one transaction, their instances by sets. The pipelines are locked in the order of their ids and the watermarks move by compare and set, so that two ' +
      'schedulers plan none twice; hints are made with the attempts, once for each.',
    in: ['engine/scheduler/plan-schedules.ts', 'engine/store/schema/plan.ts', 'engine/store/schema/advance.ts'],
    tests: [
      'test/faults/F27-F28-backfill-and-herd.test.ts > F28: many schedules that are due in one second are planned many in a transaction, by two schedulers at once, and each is offered once',
    ],
    lacks: 'How soon all are offered is measured by `npm run bench -- fleet`, not by a test.',
  },
]
