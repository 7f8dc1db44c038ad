import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import mysql from 'mysql2'
import type { Cell, RowBatch } from '../spec/data-node.ts'
import type { ConnectionSettings } from '../spec/handles.ts'
import { explainSqlError } from './sql-errors.ts'
import type { MysqlField } from './mysql-field.ts'
import { asCells, resultBatches } from './mysql-rows.ts'

/** Connections to one MySQL or MariaDB database, one a session: settings that a session changes die with it. */
export interface MysqlClient {
  readonly dialect: 'mysql'
  /** `shop on db.example:3306`: for logs, without user and password. */
  readonly label: string
  /** A connection of the caller's own until it is disposed of. Aborting the signal kills its statement on the server, and every
   *  call on the session rejects with the signal's reason. */
  session(signal: AbortSignal): Promise<MysqlSession>
  close(): Promise<void>
}

export interface MysqlResult {
  /** Text as the server prints it, bytes of binary columns, or NULL. */
  readonly rows: readonly (readonly Cell[])[]
  /** Rows affected by a statement that changes rows. */
  readonly rowCount?: number
  /** Number of warnings and notes: what was cut, rounded or left out. */
  readonly warnings: number
}

/** One connection. Disposing of it closes it, which rolls back what was not committed. */
export interface MysqlSession extends AsyncDisposable {
  /** Values are bound by a prepared statement, never spliced in. */
  query(text: string, values?: readonly Cell[]): Promise<MysqlResult>
  /** Streams one SELECT; the columns are known before the first row. */
  stream(text: string): Promise<{ fields: readonly MysqlField[]; batches: AsyncIterable<RowBatch> }>
  /** Feeds `LOAD DATA LOCAL INFILE 'stream'` no faster than the server takes it. When the chunks end in an error it rejects,
   *  but the server has then taken what came before: roll back. */
  loadLocal(statement: string, chunks: AsyncIterable<Buffer>): Promise<MysqlResult>
}

/** Says where to connect; connects on first use. */
export function openMysql(settings: ConnectionSettings): MysqlClient {
  const label = `${settings.database ?? 'the default database'} on ${settings.host}${settings.port ? `:${settings.port}` : ''}`
  const open = new Set<Session>()
  return {
    dialect: 'mysql',
    label,
    async session(signal) {
      signal.throwIfAborted()
      const connection = await connect(settings, label)
      const session: Session = new Session(connection, { signal, label, settings, closed: () => open.delete(session) })
      open.add(session)
      return session
    },
    async close() {
      await Promise.all([...open].map((session) => session[Symbol.asyncDispose]()))
    },
  }
}

interface SessionOptions {
  readonly signal: AbortSignal
  readonly label: string
  readonly settings: ConnectionSettings
  readonly closed: () => void
}

class Session implements MysqlSession {
  private readonly connection: mysql.Connection
  private readonly options: SessionOptions
  private readonly onAbort = () => void this.kill()

  constructor(connection: mysql.Connection, options: SessionOptions) {
    this.connection = connection
    this.options = options
    options.signal.addEventListener('abort', this.onAbort, { once: true })
  }

  async query(text: string, values?: readonly Cell[]): Promise<MysqlResult> {
    return this.guarded(
      new Promise((resolve, reject) => {
        const done = (error: Error | null, result: unknown) => (error ? reject(error) : resolve(asResult(result)))
        if (values?.length) this.connection.execute(text, [...values], done)
        else this.connection.query({ sql: text, typeCast: asCells, rowsAsArray: true }, done)
      }),
    )
  }

  async stream(text: string): Promise<{ fields: readonly MysqlField[]; batches: AsyncIterable<RowBatch> }> {
    const { fields, batches } = resultBatches(this.connection, text)
    return { fields: await this.guarded(fields), batches: this.explaining(batches) }
  }

  async loadLocal(statement: string, chunks: AsyncIterable<Buffer>): Promise<MysqlResult> {
    return this.guarded(
      new Promise((resolve, reject) => {
        const infileStreamFactory = () => Readable.from(paced(chunks, this.connection), { objectMode: true, highWaterMark: 1 })
        const done = (error: Error | null, result: unknown) => (error ? reject(error) : resolve(asResult(result)))
        this.connection.query({ sql: statement, infileStreamFactory }, done)
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.options.signal.removeEventListener('abort', this.onAbort)
    this.connection.destroy()
    this.options.closed()
  }

  private async kill(): Promise<void> {
    const killer = await connect(this.options.settings, this.options.label).catch(() => undefined)
    killer?.query(`kill ${this.connection.threadId}`, () => killer.destroy())
    this.connection.destroy()
  }

  private async *explaining(batches: AsyncIterable<RowBatch>): AsyncGenerator<RowBatch> {
    try {
      yield* batches
    } catch (error) {
      throw this.explained(error)
    }
  }

  /** Also rejects on abort: a destroyed connection forgets the callbacks of its statements. */
  private async guarded<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.options
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    try {
      return await Promise.race([work, aborted])
    } catch (error) {
      throw this.explained(error)
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  private explained(error: unknown): Error {
    if (this.options.signal.aborted) return this.options.signal.reason as Error
    return explainSqlError(error, this.options.label)
  }
}

/** Gives the next chunk when the socket has taken the last one: mysql2 itself puts no brake on LOAD DATA. */
async function* paced(chunks: AsyncIterable<Buffer>, connection: mysql.Connection): AsyncGenerator<Buffer> {
  const socket = (connection as mysql.Connection & { stream: Socket }).stream
  for await (const chunk of chunks) {
    yield chunk
    if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')])
    if (socket.destroyed) throw Object.assign(new Error('The connection was lost.'), { code: 'PROTOCOL_CONNECTION_LOST' })
  }
}

function asResult(result: unknown): MysqlResult {
  if (Array.isArray(result)) return { rows: result as Cell[][], warnings: 0 }
  const { affectedRows, warningStatus } = result as { affectedRows?: number; warningStatus?: number }
  return { rows: [], rowCount: affectedRows, warnings: warningStatus ?? 0 }
}

async function connect({ host, port, database, user, password, options }: ConnectionSettings, label: string): Promise<mysql.Connection> {
  const connection = mysql.createConnection({
    ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
    database,
    user,
    password,
    ssl: ssl(options),
    connectTimeout: Number(options.connectTimeout) > 0 ? Number(options.connectTimeout) : 10_000,
    charset: 'utf8mb4',
    rowsAsArray: true,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  connection.connect((error) => (error ? reject(error) : resolve()))
  connection.on('error', () => {}) // whoever uses the connection hears of its loss from the statement
  return promise.then(
    () => connection,
    (error: unknown) => Promise.reject(explainSqlError(error, label)),
  )
}

function ssl(options: Readonly<Record<string, string>>): mysql.SslOptions | undefined {
  const mode = options.sslMode?.toUpperCase() ?? (options.useSSL === 'true' || options.requireSSL === 'true' ? 'REQUIRED' : 'DISABLED')
  if (mode === 'DISABLED' || mode === 'PREFERRED') return undefined
  return { rejectUnauthorized: mode.startsWith('VERIFY') || options.verifyServerCertificate === 'true' }
}
