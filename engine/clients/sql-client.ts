import type { PostgresClient } from './postgres-client.ts'
import type { MysqlClient } from './mysql-client.ts'

/** A pool of connections to one database, told apart by its dialect. */
export type SqlClient = PostgresClient | MysqlClient
