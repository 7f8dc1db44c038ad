import { PermanentError } from '../errors.ts'
import type { ConnectionSettings } from '../spec/handles.ts'
import type { Clients } from './clients.ts'
import { allowedOptions } from './driver-options.ts'

/** What a definition says about a database. */
export interface JdbcConnection {
  readonly connectionString: string
  readonly username?: string
  readonly password?: string
  readonly databaseName?: string
  /** `name=value` each. */
  readonly properties?: readonly string[]
}

/** Settings for the connection string: `embedded:NAME` is a database on the embedded PostgreSQL, all else a JDBC URL. */
export async function jdbcConnection(jdbc: JdbcConnection, clients: Pick<Clients, 'embeddedDatabase'>): Promise<ConnectionSettings> {
  const [, name] = /^embedded:(.*)$/s.exec(jdbc.connectionString.trim()) ?? []
  if (name === undefined) return parseJdbcUrl(jdbc)
  if (/^[a-z_][a-z0-9_]{0,62}$/i.test(name)) return clients.embeddedDatabase(name)
  throw new PermanentError(
    'BadConnectionString',
    `"embedded:${name}" must name a database with letters, digits and _ only, such as embedded:shop.`,
  )
}

const shape = /^jdbc:([a-z0-9:]+):\/\/(?:\[([0-9a-f:.]+)\]|([^/:?,]+))(?::(\d{1,5}))?(?:\/([^?/]*))?(?:\?(.*))?$/i
const dialects: Readonly<Record<string, ConnectionSettings['dialect']>> = { postgresql: 'postgresql', mysql: 'mysql', mariadb: 'mysql' }

/** Where and how to connect, from a JDBC URL: `jdbc:postgresql:`, `jdbc:mysql:` or `jdbc:mariadb:`.
 *  The URL's database wins over `databaseName`; `username` and `password` win over `user` and `password` in the URL.
 *  @throws PermanentError when the URL has another shape or database, or an option that is not allowed */
export function parseJdbcUrl({ connectionString, username, password, databaseName, properties = [] }: JdbcConnection): ConnectionSettings {
  const [, product = '', ipv6, name, port, database = '', query = ''] = shape.exec(connectionString.trim()) ?? []
  const dialect = dialects[product.toLowerCase()]
  if (!dialect) throw unreadable(connectionString)
  const { user, password: secret, ...rest } = { ...Object.fromEntries(new URLSearchParams(query)), ...pairs(properties) }
  return {
    dialect,
    host: ipv6 ?? name ?? 'localhost',
    port: port === undefined ? undefined : Number(port),
    database: decodeURIComponent(database) || databaseName,
    user: username ?? user,
    password: password ?? secret,
    options: allowedOptions(dialect, rest),
  }
}

function pairs(properties: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    properties.map((text) => {
      const at = text.indexOf('=')
      if (at < 1)
        throw new PermanentError(
          'BadConnectionOption',
          `jdbcProperties must be name=value, but one is "${text.slice(0, at < 0 ? 40 : 0)}".`,
        )
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    }),
  )
}

function unreadable(connectionString: string): PermanentError {
  const shown = connectionString.replace(/\?.*$/s, '?...').replace(/\/\/[^/@]*@/, '//...@')
  return new PermanentError(
    'BadConnectionString',
    `"${shown}" is not a connection string that Sluice can use. Write jdbc:postgresql://host:5432/name, jdbc:mysql://host:3306/name or embedded:NAME.`,
  )
}
