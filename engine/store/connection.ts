import type { PoolConfig } from 'pg'

/** How to reach the store: plain JSON, so that it can cross into a thread. */
export type StoreConnection =
  | { readonly connectionString: string }
  | { readonly host: string; readonly port?: number; readonly user: string; readonly database: string }

/** Everything of ours stands in one schema, apart from BullMQ's and from whatever else the database holds. */
export const schemaName = 'sluice'

/** Settings for a pool of at most `max` connections. Dead peers are noticed by keep-alive, not by a hung query. */
export function poolConfig(connection: StoreConnection, max: number): PoolConfig {
  return {
    ...connection,
    max,
    // Plans are made once a connection, maybe while the tables are still empty: then they must not be scans of what is going to be large.
    options: `-c search_path=${schemaName} -c TimeZone=UTC -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off`,
    application_name: 'sluice',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  }
}
