import type { FaultRow } from './fault-row.ts'

export const workerRows: readonly FaultRow[] = [
  {
    id: 'F33',
    fault: 'worker killed in mid-copy',
    holds:
      'What it had sent is rolled back with its connection, so the table has all rows once or none. Its lease ends, at once when another worker of the machine sees that its process is gone, ' +
      'and the next attempt copies again, or finds in the ledger that all is there.',
    in: ['engine/data/postgres-load.ts', 'engine/data/postgres-ledger.ts', 'engine/store/schema/sweep.ts', 'engine/store/workers.ts'],
    tests: [
      'test/faults/F33-killed-in-copy.test.ts > F33: a worker killed after any byte of a copy: the table has all rows once or none, and the next attempt within the lease and a second makes it all',
      'test/e2e/killed.test.ts > up that is killed with -9 three times in a backfill finishes it: no row lost or doubled, nothing left behind',
      'test/e2e/taken-over.test.ts > up killed after its rows were committed and before it could say so: the next attempt adds none',
    ],
  },
  {
    id: 'F34',
    fault: 'worker paused beyond its lease, wakes, goes on',
    holds:
      'The lease ends on the store’s clock and the next attempt runs elsewhere. A copy or a script of a newer attempt has the server end the transaction that the paused one still holds, ' +
      'so it need not wait for it. The woken worker finds its lease over by the monotonic clock, kills what it ran, and its fence is refused at publish and at report.',
    in: [
      'engine/worker/heartbeat/lease-watch.ts',
      'engine/data/postgres-precedence.ts',
      'engine/data/mysql-precedence.ts',
      'engine/worker/attempt-context.ts',
      'engine/store/schema/settle-one.ts',
    ],
    tests: [
      'test/faults/F34-paused-worker.test.ts > F34: a worker paused beyond its lease, in whatever phase: the second attempts win; when it wakes it publishes and reports nothing, and ends what it ran',
      'test/datanodes/SqlDataNode.test.ts > is the newer try’s: one that stands still in its copy is ended by the server, and one without its fence ends nobody',
      'test/datanodes/MySqlDataNode.test.ts > of two tries of a run the newer one goes first: one that stands still in its copy is ended by the server',
    ],
  },
  {
    id: 'F35',
    fault: 'event loop blocked',
    holds:
      'Leases are renewed by a thread of their own, which also asks the main loop for a sign of life: one that is silent for half a lease is not vouched for. The thread then kills what the worker runs before ' +
      'the lease can have ended; the next attempts run elsewhere, and what the loop does when it goes on is refused.',
    in: ['engine/worker/heartbeat/heartbeat-thread.ts', 'engine/worker/heartbeat/lease-watch.ts'],
    tests: [
      'test/faults/F35-F37-F38-worker-gone.test.ts > F35: an activity that blocks its worker’s event loop ends by its lease, with all that the worker runs; when the loop goes on it publishes and reports nothing',
      'test/worker/lease-watch.test.ts > a main loop that is silent for half a lease is not vouched for',
    ],
  },
  {
    id: 'F36',
    fault: 'worker cut off from the store, alive',
    holds:
      'It ends what it runs a sixth of the lease before that can be over, by the monotonic clock, counted from when the last beat that was granted, or the claim itself, was sent: an answer that comes late makes no lease longer.',
    in: ['engine/worker/heartbeat/lease-watch.ts', 'engine/queue/store-task-source.ts', 'engine/worker/lane.ts'],
    tests: [
      'test/faults/F36-cut-off-worker.test.ts > F36: when %s do not pass any more, what it runs has ended before its lease can have',
      'test/faults/F36-cut-off-worker.test.ts > F36: a claim whose answer was long under way counts from when it was asked for',
      'test/worker/lease-watch.test.ts > the deadline counts from when a beat was sent, not from when it was answered',
    ],
  },
  {
    id: 'F37',
    fault: 'claimed, then died before the first beat',
    holds: 'The claim itself sets the lease, so there is no moment in which a task belongs to somebody without an end.',
    in: ['engine/store/schema/claim.ts', 'engine/store/schema/sweep.ts'],
    tests: [
      'test/faults/F35-F37-F38-worker-gone.test.ts > F37: a worker killed in the moment in which it holds a claim: the claim’s own lease ends it, and the next attempt runs',
    ],
  },
  {
    id: 'F38',
    fault: 'worker out of memory',
    holds: 'It dies as one that is killed: a guard beside it ends its children, its leases end, and the next attempts run.',
    in: ['engine/worker/process/child-guard.ts', 'engine/store/schema/sweep.ts'],
    tests: [
      'test/faults/F35-F37-F38-worker-gone.test.ts > F38: a worker that runs out of memory ends with its children, and the next attempts run after its lease',
    ],
  },
  {
    id: 'F39',
    fault: 'activity out of memory',
    holds:
      'Whatever a command runs is born with a higher score for the kernel’s choice than its worker has, so only it is ended; the attempt is FAILED and says that memory may have run out. A limit that the command sets itself is told in its own words.',
    in: ['engine/worker/process/run-process.ts', 'engine/worker/shell.ts'],
    tests: [
      'test/faults/F39-F41-F42-children.test.ts > F39: is what the kernel ends first, with all it starts, and not its worker',
      'test/faults/F39-F41-F42-children.test.ts > F39: one that %s fails with that reason, and its worker goes on',
    ],
    lacks: 'no limit of memory for each command: a machine without spare memory may see the kernel end something of another command',
  },
  {
    id: 'F40',
    fault: 'worker disk full',
    holds:
      'The attempt fails with the system’s own words, and what it wrote is removed with it; what could not be kept of its output is told. Before each claim the worker looks at its disk: with less than 64 MiB it takes nothing, says so, and looks again each second.',
    in: ['engine/worker/health.ts', 'engine/queue/store-task-source.ts', 'engine/worker/process/bounded-output.ts'],
    tests: [
      'test/faults/F40-F47-full.test.ts > F40: a command that fills its worker’s disk fails with that reason; while the disk is full the worker takes nothing, and afterwards it does',
    ],
    lacks: 'no quota for each command: one can fill the disk of those beside it',
  },
  {
    id: 'F41',
    fault: 'log flood, binary, one line of 1 GB',
    holds:
      'Of each stream the first 16 MiB and the last 256 KiB are kept, whatever they are; the rest is read, counted and dropped, so the command is never held up. The number stands between the two and in the attempt’s own log, which is bounded alike.',
    in: ['engine/worker/process/bounded-output.ts', 'engine/worker/shell.ts'],
    tests: [
      'test/faults/F39-F41-F42-children.test.ts > F41: a flood of %s is taken in bounded memory and disk, without holding the command up, and what was dropped is told',
      'test/faults/F39-F41-F42-children.test.ts > F41: of an activity that logs without an end its log has the first 16 MiB, and how many lines were dropped',
    ],
  },
  {
    id: 'F42',
    fault: 'child daemonises, or ignores SIGTERM',
    holds:
      'The process group is asked to end, and killed after 3 s; then whatever carries the attempt’s mark in its environment, or stands in the work directory of that name without a terminal, wherever it fled to. Of a worker that was killed, a guard does the same.',
    in: ['engine/worker/process/run-process.ts', 'engine/worker/process/kill.ts', 'engine/worker/process/child-guard.ts'],
    tests: [
      'test/faults/F39-F41-F42-children.test.ts > F42: nothing of it is left 10 s after the attempt ended as %s, wherever it fled to',
      'test/faults/F39-F41-F42-children.test.ts > F42: nothing of it is left when its worker is killed, wherever it fled to',
      'test/worker/orphans.test.ts > what a killed worker left running is found by its mark and killed when a worker starts on the machine',
    ],
    lacks:
      'a process that empties its environment and leaves the work directory and its session is not found, nor is one of another user: that takes a cgroup',
  },
  {
    id: 'F45',
    fault: 'poison job kills its worker each time',
    holds: 'A lost lease counts as a try, so it is FAILED after its own tries, and says which machine stopped reporting; the rest goes on.',
    in: ['engine/store/schema/sweep.ts', 'engine/store/workers.ts'],
    tests: ['test/e2e/poison.test.ts > a task that kills its worker each time uses up its own tries, fails by name, and the rest goes on'],
    lacks: 'what ran beside it in the worker loses a try each time, too: which of them was to blame is not known',
  },
  {
    id: 'F47',
    fault: 'files, processes, ports run out',
    holds:
      'The attempt fails with the system’s own words and is tried again. Before each claim the worker looks at its file handles: with fewer than 32 left it takes nothing, says so, and looks again each second.',
    in: ['engine/worker/health.ts', 'engine/queue/store-task-source.ts'],
    tests: [
      'test/faults/F40-F47-full.test.ts > F47: an attempt that finds no file handle fails with that reason; while there is none the worker takes nothing, and afterwards it does',
    ],
    lacks: 'processes and ports are not looked at before a claim: an attempt that finds none fails and is tried again',
  },
]
