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
]
