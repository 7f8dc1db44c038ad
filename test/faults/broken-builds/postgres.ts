import type { BrokenBuild } from './broken-build.ts'

export const postgresBuilds: readonly BrokenBuild[] = [
  {
    row: 'F9',
    mechanism: 'going on after an error of the store',
    file: 'engine/support/wakeable-loop.ts',
    find: 'options.onError(error)',
    replace: 'throw error',
    test: 'test/faults/F9-postgres-killed.test.ts',
    fails: 'F9: PostgreSQL killed with -9 and started again under load',
  },
  {
    row: 'F9',
    mechanism: 'the end of the growing backoff',
    file: 'engine/support/wakeable-loop.ts',
    find: 'const longestBackoffMs = 4000',
    replace: 'const longestBackoffMs = 30_000',
    test: 'test/faults/F9-postgres-killed.test.ts',
    fails: 'F9: however long the store was away',
  },
]
