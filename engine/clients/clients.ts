import type { ObjectStore } from './object-store.ts'
import type { SqlClient } from './sql-client.ts'
import type { Notifier } from './notifier.ts'
import type { ConnectionSettings } from '../spec/handles.ts'

/** Outside services, each opened on first use and all closed with the process that made them. */
export interface Clients {
  /** `s3://`, and `file:` paths of the machine. */
  readonly objects: ObjectStore
  /** A pool for the settings; the same settings give the same pool. */
  sql(settings: ConnectionSettings): SqlClient
  /** Settings of a database on the embedded PostgreSQL, made when it does not exist. */
  embeddedDatabase(name: string): Promise<ConnectionSettings> | ConnectionSettings
  readonly notifier: Notifier
  close(): Promise<void>
}
