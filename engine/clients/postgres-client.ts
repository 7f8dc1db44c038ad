import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import type { ConnectionSettings } from '../spec/handles.ts'
import { explainSqlError } from './sql-errors.ts'
import { openPool } from '../support/open-pool.ts'

/** A pool of connections to one PostgreSQL database. */
export interface PostgresClient {
  readonly dialect: 'postgresql'
  /** `shop on db.example:5432`: for logs, without user and password. */
  readonly label: string
  /** A connection of the caller's own until it is disposed of. Aborting the signal cancels its statement on the server, and every
   *  call on the session rejects with the signal's reason. A `fresh` one is not used again: scripts may leave settings behind. */
  session(signal: AbortSignal, options?: { readonly fresh?: boolean }): Promise<PostgresSession>
  close(): Promise<void>
}

/** A column of a result; the type by its oid and modifier. */
export interface SqlField {
  readonly name: string
  readonly typeOid: number
  readonly typeModifier: number
}

/** What a statement gave: values as the server prints them, bytes included. */
export interface SqlResult {
  readonly columns: readonly SqlField[]
  readonly rows: readonly (readonly (string | null)[])[]
  /** Rows affected or returned; undefined for statements that count none. */
  readonly rowCount?: number
  /** `INSERT`, `CREATE` ... */
  readonly command: string
}

/** One connection. `start transaction` and `commit` may also be sent as text; then disposing does not know of them, so only on a
 *  `fresh` session. Disposing of it rolls back what was not committed. */
export interface PostgresSession extends AsyncDisposable {
  /** Values are bound, never spliced in. With values the text must be one statement; the result is the last statement's. */
  query(text: string, values?: readonly (string | Buffer | null)[]): Promise<SqlResult>
  begin(mode?: 'read only'): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Feeds `COPY ... FROM STDIN` and returns the number of rows. When the chunks end in an error the COPY fails with it. */
  copyIn(statement: string, chunks: AsyncIterable<Buffer>): Promise<number>
  /** What `COPY ... TO STDOUT` sends, in chunks of 64 KiB or more. Rejects when it is cut short. */
  copyOut(statement: string): AsyncIterable<Buffer>
}

/** Opens a pool; connects on first use. */
export function openPostgres(settings: ConnectionSettings): PostgresClient {
  const pool = openPool({ ...poolConfig(settings), max: 10, idleTimeoutMillis: 10_000, allowExitOnIdle: true })
  const label = `${settings.database ?? 'the default database'} on ${settings.host}${settings.port ? `:${settings.port}` : ''}`
  return {
    dialect: 'postgresql',
    label,
    async session(signal, { fresh = false } = {}) {
      signal.throwIfAborted()
      const client = await pool.connect().catch((error: unknown) => Promise.reject(explainSqlError(error, label)))
      return new Session(client, { signal, fresh, label, cancel: (pid) => cancelBackend(settings, pid) })
    },
    close: () => pool.end(),
  }
}

interface SessionOptions {
  readonly signal: AbortSignal
  readonly fresh: boolean
  readonly label: string
  readonly cancel: (pid: number) => Promise<void>
}

class Session implements PostgresSession {
  private readonly client: pg.PoolClient
  private readonly options: SessionOptions
  private openTransaction = false
  /** Nothing more can be said on this connection: it was cut, cancelled, or left in the middle of a COPY. */
  private broken = false
  private readonly onAbort = () => void this.abandon()
  private readonly onError = () => (this.broken = true)

  constructor(client: pg.PoolClient, options: SessionOptions) {
    this.client = client
    this.options = options
    client.on('error', this.onError)
    options.signal.addEventListener('abort', this.onAbort, { once: true })
  }

  async query(text: string, values?: readonly (string | Buffer | null)[]): Promise<SqlResult> {
    return this.guarded(async () => {
      const config = { text, values: values ? [...values] : undefined, rowMode: 'array' as const, types: asText }
      const result: pg.QueryArrayResult | pg.QueryArrayResult[] = await this.client.query(config)
      const last = Array.isArray(result) ? result.at(-1)! : result
      return { columns: last.fields.map(asField), rows: last.rows, rowCount: last.rowCount ?? undefined, command: last.command ?? '' }
    })
  }

  async begin(mode?: 'read only'): Promise<void> {
    await this.query(mode ? 'begin isolation level repeatable read read only' : 'begin isolation level read committed')
    this.openTransaction = true
  }

  async commit(): Promise<void> {
    const { command } = await this.query('commit')
    this.openTransaction = false
    if (command === 'ROLLBACK') throw new Error(`${this.options.label}: the transaction had failed and was rolled back.`)
  }

  async rollback(): Promise<void> {
    await this.query('rollback')
    this.openTransaction = false
  }

  async copyIn(statement: string, chunks: AsyncIterable<Buffer>): Promise<number> {
    return this.guarded(async () => {
      const stream = this.client.query(copyFrom(statement, { highWaterMark: 1024 * 1024 }))
      await pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), stream)
      return stream.rowCount
    })
  }

  async *copyOut(statement: string): AsyncIterable<Buffer> {
    this.options.signal.throwIfAborted()
    const stream = this.client.query(copyTo(statement, { highWaterMark: 1024 * 1024 }))
    let ended = false
    try {
      yield* gathered(stream)
      ended = true
    } catch (error) {
      ended = !this.broken
      throw this.explained(error)
    } finally {
      if (!ended) await this.abandon()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.options.signal.removeEventListener('abort', this.onAbort)
    if (this.openTransaction && !this.broken) await this.rollback().catch(() => (this.broken = true))
    this.client.release(this.broken || this.options.fresh)
    if (!this.broken) this.client.off('error', this.onError)
  }

  /** Cancels what runs on the server, then cuts the connection: a COPY that waits for its client does not hear a cancel. */
  private async abandon(): Promise<void> {
    if (this.broken) return
    this.broken = true
    await this.options.cancel((this.client as pg.PoolClient & { processID: number }).processID).catch(() => {})
    ;(this.client as pg.PoolClient & { connection: pg.Connection }).connection.stream.destroy()
  }

  /** Also rejects on abort while the work itself waits for something that does not hear of it, such as a silent source. */
  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.options
    signal.throwIfAborted()
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      return await Promise.race([work(), aborted])
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

/** Values as the server prints them: text is lossless for every type, JavaScript's numbers and dates are not. */
const asText = { getTypeParser: () => (value: string) => value } as pg.CustomTypesConfig

const asField = ({ name, dataTypeID, dataTypeModifier }: pg.FieldDef): SqlField => {
  return { name, typeOid: dataTypeID, typeModifier: dataTypeModifier }
}

const chunkSize = 64 * 1024

async function* gathered(stream: Readable): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  for await (const part of stream as AsyncIterable<Buffer>) {
    parts.push(part)
    size += part.length
    if (size < chunkSize) continue
    yield parts.length === 1 ? part : Buffer.concat(parts)
    parts = []
    size = 0
  }
  if (size) yield Buffer.concat(parts)
}

async function cancelBackend(settings: ConnectionSettings, pid: number): Promise<void> {
  const client = new pg.Client({ ...poolConfig(settings), connectionTimeoutMillis: 3000, query_timeout: 3000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('select pg_cancel_backend($1)', [pid])
  } finally {
    await client.end()
  }
}

function poolConfig({ host, port, database, user, password, options }: ConnectionSettings): pg.ClientConfig {
  const seconds = Number(options.connectTimeout ?? options.loginTimeout)
  return {
    host,
    port,
    database,
    user,
    password,
    ssl: ssl(options.sslmode ?? (options.ssl === 'true' ? 'verify-full' : 'disable')),
    application_name: options.ApplicationName ?? 'sluice',
    connectionTimeoutMillis: seconds > 0 ? seconds * 1000 : 10_000,
    keepAlive: true,
    options: options.currentSchema ? `-c search_path=${options.currentSchema.replace(/[\\ ]/g, '\\$&')}` : undefined,
  }
}

function ssl(mode: string): pg.ClientConfig['ssl'] {
  if (mode === 'disable' || mode === 'allow' || mode === 'prefer') return false
  return { rejectUnauthorized: mode.startsWith('verify') }
}
