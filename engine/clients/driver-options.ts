import { PermanentError } from '../errors.ts'
import type { ConnectionSettings } from '../spec/handles.ts'

type Dialect = ConnectionSettings['dialect']

/** JDBC properties that have a meaning here. Anything that names a file, a class or server settings is left out on purpose. */
const understood: Readonly<Record<Dialect, readonly string[]>> = {
  postgresql: ['ssl', 'sslmode', 'ApplicationName', 'connectTimeout', 'loginTimeout', 'currentSchema'],
  mysql: ['useSSL', 'requireSSL', 'verifyServerCertificate', 'sslMode', 'connectTimeout'],
}

/** Properties that only tune a Java driver: taken and dropped, so that definitions written for it run as they are. */
const tuning: Readonly<Record<Dialect, readonly string[]>> = {
  postgresql: ['socketTimeout', 'tcpKeepAlive', 'stringtype', 'reWriteBatchedInserts', 'prepareThreshold', 'defaultRowFetchSize'],
  mysql: (
    'socketTimeout tcpKeepAlive useUnicode characterEncoding serverTimezone useLegacyDatetimeCode rewriteBatchedStatements ' +
    'useCursorFetch defaultFetchSize useServerPrepStmts cachePrepStmts prepStmtCacheSize prepStmtCacheSqlLimit autoReconnect ' +
    'allowPublicKeyRetrieval allowMultiQueries tinyInt1isBit useLocalSessionState elideSetAutoCommits maintainTimeStats'
  ).split(' '),
}

/** The properties that mean something to our drivers. Names are compared without regard to letter case.
 *  @throws PermanentError for any property that is on neither list: some make a driver load files or code (failure-modes A18) */
export function allowedOptions(dialect: Dialect, properties: Readonly<Record<string, string>>): Record<string, string> {
  const options: Record<string, string> = {}
  for (const [name, value] of Object.entries(properties)) {
    const known = find(understood[dialect], name)
    if (known !== undefined) options[known] = value
    else if (!find(tuning[dialect], name)) throw refused(dialect, name)
  }
  return options
}

function find(names: readonly string[], wanted: string): string | undefined {
  return names.find((name) => name.toLowerCase() === wanted.toLowerCase())
}

function refused(dialect: Dialect, name: string): PermanentError {
  const allowed = understood[dialect].join(', ')
  return new PermanentError('BadConnectionOption', `The connection option "${name}" is not allowed. Allowed for ${dialect}: ${allowed}.`)
}
