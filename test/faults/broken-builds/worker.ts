import type { BrokenBuild } from './broken-build.ts'

const paused = {
  row: 'F34',
  test: 'test/faults/F34-paused-worker.test.ts',
  fails: 'F34: a worker paused beyond its lease',
}

export const workerBuilds: readonly BrokenBuild[] = [
  {
    ...paused,
    mechanism: 'a newer attempt ends the transaction of an earlier one',
    file: 'engine/data/postgres-precedence.ts',
    find: `if (tried[0]?.[0] === 't') return`,
    replace: 'if (tried) return',
  },
  {
    ...paused,
    mechanism: 'the woken worker kills what it ran',
    file: 'engine/worker/heartbeat/lease-watch.ts',
    find: 'for (const [group, mark] of attempt.children) this.#wiring.kill(group, mark)',
    replace: '',
  },
]
