import type { ConnectionSettings } from '../spec/handles.ts'
import { allowedOptions } from './driver-options.ts'
import { openMysql } from './mysql-client.ts'
import { openPostgres } from './postgres-client.ts'
import type { SqlClient } from './sql-client.ts'

/** A client for the database that the settings name. Nothing connects before the first use.
 *  @throws PermanentError when an option is not on the allow-list */
export function openSql(settings: ConnectionSettings): SqlClient {
  const safe = { ...settings, options: allowedOptions(settings.dialect, settings.options) }
  return settings.dialect === 'postgresql' ? openPostgres(safe) : openMysql(safe)
}
