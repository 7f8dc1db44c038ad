import type { FaultRow } from './fault-row.ts'

/** What happens while processes are replaced. */
export const replacingRows: readonly FaultRow[] = [
  {
    id: 'F43',
    fault: 'SIGTERM during work',
    holds:
      'The worker takes nothing more, lets what runs end within its grace, hands back the rest without using up a try, and exits; the others go on.',
    in: ['engine/cli/up/serve.ts', 'engine/worker/worker.ts', 'engine/worker/lane.ts'],
    tests: [
      'test/faults/F43-rolling-restart.test.ts > F43: servers and workers restarted one after the other under load: nothing fails, no try is used up, each task runs once',
    ],
  },
  {
    id: 'F44',
    fault: 'new schema while old workers run; roll back',
    holds:
      'A release adds before it takes away. The database says its version and the oldest that it can live with: an older process goes on, or starts, within that, and never replaces newer functions; ' +
      'beyond it says so, hands back what runs and ends. A change of a table waits 2 s for its lock, lets those behind it pass, and tries again.',
    in: ['engine/store/migrate.ts', 'engine/app.ts'],
    tests: [
      'test/faults/F44-mixed-versions.test.ts > F44: the schema of the next release comes under load beside servers and workers of this one, which go on; one that is started again does too',
      'test/faults/F44-mixed-versions.test.ts > F44: when a newer release has taken away what this one uses, its servers and workers say so, hand back what runs, and end; none starts again',
      'test/store/migrate.test.ts > a change of a table does not wait for a long reader with everyone behind it: it gives up, lets them pass, and tries again',
    ],
  },
]
