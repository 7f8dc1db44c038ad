import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded, type EmbeddedConnection } from '../../engine/store/embedded/embedded.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: EmbeddedConnection
  }
}

/** One PostgreSQL for all test files of a run. It ends with the run, also when that is killed. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-test-run-'))
  const server = await startEmbedded(home)
  project.provide('postgres', server.connection)
  return async () => {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
}
