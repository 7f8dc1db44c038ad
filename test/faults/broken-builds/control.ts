import type { BrokenBuild } from './broken-build.ts'

/** Of several processes beside each other. */
export const controlBuilds: readonly BrokenBuild[] = [
  {
    row: 'F43',
    mechanism: 'a worker that stops lets its tasks end, or hands them back',
    file: 'engine/cli/up/serve.ts',
    find: `await stopEngine(engine, 'drain', ctrlC.urged)`,
    replace: `process.exit(143)`,
    test: 'test/faults/F43-rolling-restart.test.ts',
    fails: 'F43: servers and workers restarted',
  },
]
