import type { FaultRow } from './fault-row.ts'

export const historyRows: readonly FaultRow[] = [
  {
    id: 'F73',
    fault: 'purge of old runs meets a reader or a rerun',
    holds:
      'A purge drops the partitions of a window of time and puts one small partition in their place, with what something still needs, under the same ids, in one transaction: who reads finds all of a run or ' +
      'nothing of it, and what is run again at that moment either stays or is not found. It waits 300 ms for its locks, lets those behind it pass, and tries again.',
    in: ['engine/store/schema/purge.ts', 'engine/store/schema/windows.ts', 'engine/store/purge.ts', 'engine/dispatcher/historian.ts'],
    tests: [
      'test/faults/F73-purge-under-load.test.ts > F73: windows of history are purged under load while others read and run again what is in them: no error, no half run, and nothing that has not ended is lost',
      'test/store/purge.test.ts > what has not ended stays and goes on under its id, with what it waits for, and goes once it has ended',
      'test/store/purge.test.ts > a failure that something waits behind stays with where it began, and can be run again',
      'test/store/purge.test.ts > a window begins once who has ids of the one before has stored them',
      'test/store/purge.test.ts > a purge lets a long reader end, and those behind it pass: it gives up and tries again',
      'test/store/races.test.ts > ten who plan the same intervals at once, while a window of the history begins, make each instance once',
    ],
  },
]
