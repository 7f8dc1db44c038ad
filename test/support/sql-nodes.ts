import CopyActivity from '../../activities/CopyActivity.ts'
import SqlDataNode from '../../datanodes/SqlDataNode.ts'
import { openSql } from '../../engine/clients/open-sql.ts'
import type { SqlClient } from '../../engine/clients/sql-client.ts'
import type { DelimitedEncoding } from '../../engine/data/delimited-encoding.ts'
import type { SqlTableValues } from '../../engine/data/sql-table.ts'
import type { ActivityContext, ObjectContext, Progress } from '../../engine/spec/context.ts'
import type { ByteSource, Column, CopySource, DataNodeMethods } from '../../engine/spec/data-node.ts'
import type { ConnectionSettings, DatabaseHandle, DataNodeHandle } from '../../engine/spec/handles.ts'

/** An attempt that a test makes of its own: what it logged and reported, and a switch to abort it. */
export interface TestAttempt {
  readonly context: ActivityContext
  readonly lines: string[]
  readonly reports: Progress[]
  readonly abort: (reason: Error) => void
}

let attempts = 0

/** An attempt with its own key. Attempts of one `publishKey` are tries of one run. */
export function testAttempt(pools: TestPools, options: { publishKey?: string; checkFence?: () => Promise<void> } = {}): TestAttempt {
  const attemptKey = `a${(attempts += 1)}`
  const controller = new AbortController()
  const lines: string[] = []
  const reports: Progress[] = []
  const context: ObjectContext = {
    signal: controller.signal,
    log: { info: (line) => void lines.push(line), warn: (line) => void lines.push(line) },
    instance: {
      pipelineId: 'df-1',
      pipelineName: 'test',
      componentId: 'Copy',
      instanceId: `@Copy_${options.publishKey ?? attemptKey}`,
      attemptNumber: 1,
      attemptKey,
      publishKey: options.publishKey ?? attemptKey,
      scheduledStartTime: new Date(0),
      scheduledEndTime: new Date(0),
    },
    clients: {
      sql: pools.sql,
      embeddedDatabase: () => Promise.reject(new Error('no embedded database')),
      close: () => Promise.resolve(),
      get objects(): never {
        throw new Error('no objects')
      },
      get notifier(): never {
        throw new Error('no notifier')
      },
    },
    progress: (progress) => void reports.push(progress),
    checkFence: options.checkFence ?? (() => Promise.resolve()),
  }
  const refuse = () => Promise.reject(new Error('not in this test'))
  return {
    lines,
    reports,
    abort: (reason) => controller.abort(reason),
    context: {
      ...context,
      workDirectory: '/nonexistent',
      staging: { open: refuse, env: () => ({}), publish: refuse },
      load: ({ inline }) => Promise.resolve({ text: inline }),
      shell: refuse,
    },
  }
}

/** Pools by settings, as the engine's clients keep them. */
export interface TestPools extends AsyncDisposable {
  sql(settings: ConnectionSettings): SqlClient
}

export function testPools(): TestPools {
  const pools = new Map<string, SqlClient>()
  return {
    sql(settings) {
      const key = JSON.stringify(settings)
      const pool = pools.get(key) ?? openSql(settings)
      pools.set(key, pool)
      return pool
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((pool) => pool.close()))
    },
  }
}

export function databaseHandle(settings: ConnectionSettings): DatabaseHandle {
  return { id: 'Database', type: 'JdbcDatabase', fields: {}, connection: () => Promise.resolve(settings) }
}

/** A SqlDataNode bound to one attempt. */
export function sqlNode(
  settings: ConnectionSettings,
  values: Omit<SqlTableValues, 'database'>,
  { context }: Pick<TestAttempt, 'context'>,
): Required<Pick<DataNodeMethods, 'exists' | 'read' | 'write' | 'prepare'>> & DataNodeHandle {
  const bind = SqlDataNode.bind as (values: SqlTableValues, context: ObjectContext) => Required<DataNodeMethods>
  return { id: 'Node', type: 'SqlDataNode', fields: {}, ...bind({ ...values, database: databaseHandle(settings) }, context) }
}

/** A node that can only be read, as a file on S3 is. */
export function sourceNode(source: CopySource): DataNodeHandle {
  return { id: 'File', type: 'S3DataNode', fields: {}, read: () => Promise.resolve(source) }
}

/** Runs CopyActivity's own code. */
export async function runCopy(input: DataNodeHandle, output: DataNodeHandle, { context }: Pick<TestAttempt, 'context'>): Promise<void> {
  const run = CopyActivity.run as (
    fields: { id: string; input: DataNodeHandle; output: DataNodeHandle },
    context: ActivityContext,
  ) => Promise<void>
  await run({ id: 'Copy', input, output }, context)
}

export const csv: DelimitedEncoding = {
  name: 'delimited',
  columnSeparator: ',',
  recordSeparator: '\n',
  quote: '"',
  header: false,
  nullText: '',
}

/** Text as a file in the encoding, in chunks of a few bytes. */
export function fileOf(text: string, encoding: DelimitedEncoding = csv, columns?: readonly Column[]): CopySource {
  return { label: 's3://bucket/file.csv', bytes: [bytesOf(text, encoding, columns)] }
}

function bytesOf(text: string, encoding: DelimitedEncoding, columns?: readonly Column[]): ByteSource {
  const bytes = Buffer.from(text)
  return {
    encoding,
    columns,
    size: bytes.length,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5)
    },
  }
}
