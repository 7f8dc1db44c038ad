import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeDatabase } from '../../../engine/store/embedded/connect.ts'
import type { EmbeddedConnection } from '../../../engine/store/embedded/embedded.ts'
import { initialise } from '../../../engine/store/embedded/initialise.ts'
import { settleOwnership } from '../../../engine/store/embedded/ownership.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { clusterOf, launch } from './replicated-postgres.ts'
import { wrongClock } from './wrong-clock.ts'

export interface ClockedPostgres extends AsyncDisposable {
  readonly connection: EmbeddedConnection
  readonly url: string
  /** Sets its clock off by so much from now on: `+1d`, `-2h`. */
  step(by: string): void
}

/** A PostgreSQL whose clock a test steps. */
export async function startClockedPostgres(): Promise<ClockedPostgres> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(temporaryFolder({ mode: 0o755 }))
  const cluster = await clusterOf(join(folder.path, 'home'))
  await settleOwnership(cluster)
  await initialise(cluster)
  const file = join(folder.path, 'offset')
  const step = (by: string): void => {
    writeFileSync(`${file}.new`, by, { mode: 0o644 })
    renameSync(`${file}.new`, file)
  }
  step('+0')
  const server = await launch(cluster, wrongClock({ file }))
  opened.defer(() => server.kill())
  await makeDatabase(cluster.socketDirectory, cluster.database)
  const { host, port, user, database } = server.connection
  const whole = opened.move()
  return {
    connection: server.connection,
    url: `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`,
    step,
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}
