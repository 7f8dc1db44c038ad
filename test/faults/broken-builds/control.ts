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
  {
    row: 'F44',
    mechanism: 'the look at the version of the database',
    file: 'engine/app.ts',
    find: 'await checkVersion(pool).catch(',
    replace: 'await Promise.resolve().catch(',
    test: 'test/faults/F44-mixed-versions.test.ts',
    fails: 'F44: when a newer release has taken away what this one uses',
  },
  {
    row: 'F44',
    mechanism: 'newer functions are left alone',
    file: 'engine/store/migrate.ts',
    find: 'found.version < release.version || (found.version === release.version && found.functions !== fingerprint(release))',
    replace: 'found.functions !== fingerprint(release)',
    test: 'test/faults/F44-mixed-versions.test.ts',
    fails: 'F44: the schema of the next release comes under load',
  },
  {
    row: 'F44',
    mechanism: 'the lock time-out of changes of tables',
    file: 'engine/store/migrate.ts',
    find: 'await client.query(`set local lock_timeout = ${lockTimeoutMs}`)',
    replace: '',
    test: 'test/store/migrate.test.ts',
    fails: 'a change of a table does not wait for a long reader',
  },
]
