import { SluiceError } from '../errors.ts'
import type { ConnectionSettings } from '../spec/handles.ts'
import type { Environment } from './aws-settings.ts'
import type { Clients } from './clients.ts'
import { openObjectStore } from './object-store/open-object-store.ts'
import { openSql } from './open-sql.ts'
import { openNotifier } from './sns-notifier.ts'
import type { SqlClient } from './sql-client.ts'

export interface ClientPlaces {
  /** Sluice's own folder on this machine, absolute. */
  readonly home: string
  /** The process's environment: only its `AWS_*` variables are read. */
  readonly env: Environment
  /** Where relative `file:` paths start, absolute. */
  readonly baseDirectory: string
  /** Settings of a database on the embedded PostgreSQL; absent where there is none. */
  readonly embedded?: (name: string) => ConnectionSettings | Promise<ConnectionSettings>
}

/** The outside services of a process. Nothing connects, and no SDK is loaded, before the first use. */
export function openClients({ home, env, baseDirectory, embedded = noEmbedded }: ClientPlaces): Clients {
  const objects = openObjectStore({ home, env, baseDirectory })
  const notifier = openNotifier({ home, env })
  const pools = new Map<string, SqlClient>()
  return {
    objects,
    notifier,
    embeddedDatabase: embedded,
    sql(settings) {
      const key = keyOf(settings)
      const pool = pools.get(key) ?? openSql(settings)
      pools.set(key, pool)
      return pool
    },
    async close() {
      const closing = [...pools.values(), objects, notifier].map((client) => client.close())
      pools.clear()
      const failures = (await Promise.allSettled(closing)).filter((result) => result.status === 'rejected')
      if (failures.length > 0)
        throw new AggregateError(
          failures.map(({ reason }) => reason),
          'Not every client could be closed.',
        )
    },
  }
}

/** The same for the same settings, in whatever order their options stand. */
function keyOf({ dialect, host, port, database, user, password, options }: ConnectionSettings): string {
  const sorted = Object.entries(options).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([dialect, host, port, database, user, password, sorted])
}

function noEmbedded(name: string): never {
  throw new SluiceError(`embedded:${name} is a database on the embedded PostgreSQL, which this process does not have.`, {
    exitCode: 2,
    hint: 'Give the database a connectionString such as jdbc:postgresql://host:5432/name.',
  })
}
