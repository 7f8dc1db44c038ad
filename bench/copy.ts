import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openSql } from '../engine/clients/open-sql.ts'
import type { PostgresClient } from '../engine/clients/postgres-client.ts'
import { startEmbedded } from '../engine/store/embedded/embedded.ts'
import type { ConnectionSettings } from '../engine/spec/handles.ts'

/** How much is copied, and how often: each pair is one run of ours and one of psql, in turn. */
export interface CopyBenchOptions {
  readonly rows?: number
  readonly pairs?: number
}

interface CopyBenchResult {
  readonly rows: number
  readonly bytes: number
  /** Seconds of each run. */
  readonly ours: readonly number[]
  /** Empty when psql is not installed. */
  readonly psql: readonly number[]
  /** Median speed of ours over that of psql, by pairs: 1 is as fast. Undefined without psql. */
  readonly ratio?: number
  /** The most memory that the copying process had, in MB. */
  readonly peakMb: number
}

const table = 'id bigint, customer integer, placed timestamp, amount double precision, status text, city text, note text, express boolean'

/** A CSV file into PostgreSQL through CopyActivity's code in a process of its own, against `psql \copy` of the same file.
 *  Goals: at least 0.8 x psql's rate, at most 200 MB. */
export async function run(options: CopyBenchOptions = {}): Promise<void> {
  const { rows, bytes, ours, psql, ratio, peakMb } = await compare(options)
  const speed = (seconds: readonly number[]) =>
    `${Math.round(rows / median(seconds) / 1000)}k rows/s (${seconds.map((each) => each.toFixed(2)).join(' ')} s)`
  console.log(`CSV of ${rows} rows, ${(bytes / 1e6).toFixed(0)} MB -> PostgreSQL`)
  console.log(`  CopyActivity  ${speed(ours)}, peak memory ${peakMb.toFixed(0)} MB, goal 200`)
  if (ratio === undefined) console.log('  psql \\copy    not measured: psql is not installed (apt-get install postgresql-client)')
  else console.log(`  psql \\copy    ${speed(psql)}\n  ratio ${ratio.toFixed(2)}, goal 0.8`)
}

async function compare({ rows = 1_000_000, pairs = 5 }: CopyBenchOptions = {}): Promise<CopyBenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  const server = await startEmbedded(folder)
  const file = join(folder, 'orders.csv')
  try {
    await writeOrders(file, rows)
    const { host, port, user, database } = server.connection
    const settings: ConnectionSettings = { dialect: 'postgresql', host, port, user, database, options: {} }
    return await measure(settings, file, rows, pairs)
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(settings: ConnectionSettings, file: string, rows: number, pairs: number): Promise<CopyBenchResult> {
  const client = openSql(settings) as PostgresClient
  const hasPsql = !spawnSync('psql', ['--version']).error
  const ours: number[] = []
  const psql: number[] = []
  let peakMb = 0
  await warmUp(client, settings, file) // warms the file cache and the server
  for (let pair = 0; pair < pairs; pair++) {
    await emptyTable(client)
    const { seconds, peak } = await runOurs(settings, file)
    ours.push(seconds)
    peakMb = Math.max(peakMb, peak)
    await checkCount(client, rows)
    if (!hasPsql) continue
    await emptyTable(client)
    psql.push(await runPsql(settings, file))
    await checkCount(client, rows)
  }
  await client.close()
  const ratio = hasPsql ? median(psql.map((seconds, index) => seconds / ours[index]!)) : undefined
  return { rows, bytes: (await stat(file)).size, ours, psql, ratio, peakMb }
}

async function warmUp(client: PostgresClient, settings: ConnectionSettings, file: string): Promise<void> {
  await emptyTable(client)
  await runOurs(settings, file)
}

/** Seconds of the copy itself, in a fresh process; and that process's peak memory. */
async function runOurs(settings: ConnectionSettings, file: string): Promise<{ seconds: number; peak: number }> {
  const child = spawn(process.execPath, [import.meta.filename, '--child', JSON.stringify(settings), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`The copy ended with ${code}.`)
  return JSON.parse(text) as { seconds: number; peak: number }
}

/** Seconds of `\copy`, the start of psql taken off. */
async function runPsql(settings: ConnectionSettings, file: string): Promise<number> {
  const started = performance.now()
  await psqlCommand(settings, 'select 1')
  const between = performance.now()
  await psqlCommand(settings, `\\copy orders from '${file}' with (format csv)`)
  return (performance.now() - between - (between - started)) / 1000
}

async function psqlCommand({ host, port, user, database }: ConnectionSettings, command: string): Promise<void> {
  const args = ['-X', '-q', '-h', host, '-p', String(port ?? 5432), '-U', user ?? 'postgres', '-d', database ?? 'postgres', '-c', command]
  const [code] = (await once(spawn('psql', args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'close')) as [number]
  if (code !== 0) throw new Error(`psql ended with ${code}.`)
}

/** One copy by CopyActivity's own code, from a file as S3DataNode offers it. */
async function copyOnce(settings: ConnectionSettings, file: string): Promise<void> {
  const { csv, runCopy, sourceNode, sqlNode, testAttempt, testPools } = await import('../test/support/sql-nodes.ts')
  await using pools = testPools()
  const { size } = await stat(file)
  const open = (signal: AbortSignal) => createReadStream(file, { highWaterMark: 256 * 1024, signal }) as AsyncIterable<Buffer>
  const attempt = testAttempt(pools, { publishKey: `bench ${process.pid} ${Date.now()}` })
  const target = sqlNode(settings, { table: 'orders' }, attempt)
  const started = performance.now()
  await runCopy(sourceNode({ label: file, bytes: [{ encoding: csv, size, open }] }), target, attempt)
  const seconds = (performance.now() - started) / 1000
  process.stdout.write(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS / 1024 }))
}

async function emptyTable(client: PostgresClient): Promise<void> {
  await using session = await client.session(AbortSignal.timeout(60_000))
  await session.query(`drop table if exists orders; create table orders (${table}); checkpoint`)
}

async function checkCount(client: PostgresClient, rows: number): Promise<void> {
  await using session = await client.session(AbortSignal.timeout(60_000))
  const { rows: counted } = await session.query('select count(*) from orders')
  if (Number(counted[0]?.[0]) !== rows) throw new Error(`The table has ${counted[0]?.[0]} rows of ${rows}.`)
}

/** Orders with a seed: numbers, times, short and long text, some of it quoted, some NULL. */
async function writeOrders(file: string, rows: number): Promise<void> {
  const out = createWriteStream(file, { highWaterMark: 1024 * 1024 })
  let seed = 42
  const next = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % below
  const statuses = ['new', 'paid', 'shipped', 'returned']
  const cities = ['Berlin', 'São Paulo', '"Paris, France"', 'Tokyo', '']
  for (let id = 1; id <= rows; id++) {
    const placed = new Date(1_700_000_000_000 + next(30_000_000) * 1000).toISOString().slice(0, 19)
    const note = next(4) === 0 ? '"said ""thanks"", twice"' : 'x'.repeat(next(30))
    const line = `${id},${next(100_000)},${placed},${next(1_000_000) / 100},${statuses[next(4)]},${cities[next(5)]},${note},${next(2) === 0}\n`
    if (!out.write(line)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

if (process.argv[2] === '--child') {
  await copyOnce(JSON.parse(process.argv[3] ?? '') as ConnectionSettings, process.argv[4] ?? '')
} else if (import.meta.main) {
  const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' }, pairs: { type: 'string', default: '5' } } })
  await run({ rows: Number(values.rows), pairs: Number(values.pairs) })
}
