import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startEngine, type Engine } from '../../../engine/app.ts'
import { applyFile } from '../../../engine/cli/up/apply-file.ts'
import { compileDefinition } from '../../../engine/definition/compile.ts'
import { readDefinition } from '../../../engine/definition/read-definition.ts'
import { readSettings } from '../../../engine/support/settings.ts'
import { query, testDatabase, type TestDatabase } from '../../support/postgres.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'
import { expectInvariants, watchSteps } from './invariants.ts'
import { hazardousCatalog } from './hazards.ts'

/** The lease of workers that are processes here. */
export const leaseMs = 3000

/** A worker process of `hazard-worker.ts`. */
export interface HazardWorker {
  readonly child: ChildProcessWithoutNullStreams
  /** Lines that it has said. */
  readonly said: readonly string[]
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

export interface HazardWorkerOptions {
  /** Dies by SIGKILL in the moment in which it holds a claim. */
  readonly diesAfterClaim?: boolean
  readonly nodeArgs?: readonly string[]
  /** A command that runs the worker, such as one that limits it. */
  readonly under?: readonly string[]
  readonly home?: string
  /** The worker group that it serves. */
  readonly group?: string
  /** Where it finds the store. */
  readonly databaseUrl?: string
  readonly leaseMs?: number
  /** Whether it must say that it is up. */
  readonly mustStart?: boolean
}

/** A server in this process on a database of its own, with a worker beside that takes nothing until it may; and worker processes. */
export interface HazardGround extends AsyncDisposable {
  readonly folder: string
  /** Shared by all workers, for `s3://`. */
  readonly home: string
  readonly database: TestDatabase
  readonly engine: Engine
  /** Puts a definition in force. */
  apply(text: string): Promise<void>
  startWorker(options?: HazardWorkerOptions): Promise<HazardWorker>
  /** Lets the worker in this process take tasks. */
  help(): void
  rows<Row extends Record<string, unknown>>(sql: string): Promise<Row[]>
  /** `task attempt STATUS error`, in order. */
  attempts(): Promise<string[]>
  /** Resolves when every instance has ended, and checks what must hold then. */
  settled(): Promise<void>
}

export async function hazardGround(): Promise<HazardGround> {
  const folder = temporaryFolder()
  const database = await testDatabase()
  const home = join(folder.path, 'home')
  const [may, workers] = [Promise.withResolvers<void>(), [] as HazardWorker[]]
  const settings = readSettings({ PATH: process.env['PATH'], SLUICE_DATABASE_URL: database.url }, { home })
  const engine = await startEngine(settings, () => {}, {
    catalog: await hazardousCatalog(),
    allGroups: false,
    aroundSource: (source) => ({
      ...source,
      async take(lane, want, signal) {
        await Promise.race([may.promise, once(signal, 'abort')])
        return source.take(lane, want, signal)
      },
    }),
  })
  await watchSteps(database.connection)
  const rows = <Row extends Record<string, unknown>>(sql: string) => query<Row>(database.connection, sql)
  return {
    folder: folder.path,
    home,
    database,
    engine,
    rows,
    help: () => may.resolve(),
    async apply(text) {
      const { definition, diagnostics } = readDefinition(text, 'test.yaml')
      if (!definition) throw new Error(JSON.stringify(diagnostics))
      const { compiled, diagnostics: found } = compileDefinition(definition, engine.catalog)
      if (!compiled) throw new Error(JSON.stringify(found))
      await applyFile(engine, { file: 'test.yaml', text, definition, compiled }, { from: undefined, replace: false })
    },
    async startWorker(options = {}) {
      const worker = start({ home, databaseUrl: database.url, ...options })
      workers.push(worker)
      if (options.mustStart ?? true)
        await until(() => worker.said.includes('up'), { deadlineMs: 60_000, what: `up: ${worker.said.join('\n')}` })
      return worker
    },
    async attempts() {
      const said = `select concat_ws(' ', i.component_id, a.number, a.status, a.error_id) as said
        from sluice.attempts a join sluice.instances i on i.id = a.instance_id order by 1`
      return (await rows<{ said: string }>(said)).map((row) => row.said)
    },
    async settled() {
      await until(async () => (await rows('select 1 from sluice.instances where actual_end_time is null')).length === 0, {
        deadlineMs: 60_000,
      })
      await expectInvariants(database.connection)
    },
    async [Symbol.asyncDispose]() {
      for (const { child } of workers) child.kill('SIGKILL')
      await Promise.all(workers.map(({ ended }) => ended))
      await engine.stop('now')
      await database.drop()
      folder[Symbol.dispose]()
    },
  }
}

const program = new URL('hazard-worker.ts', import.meta.url).pathname

function start(options: HazardWorkerOptions): HazardWorker {
  const { databaseUrl, leaseMs: ofWorker = leaseMs, nodeArgs = [], under = [], ...settings } = options
  const [command, ...args] = [...under, process.execPath, ...nodeArgs, program, JSON.stringify(settings)]
  const env = { PATH: process.env['PATH'], SLUICE_DATABASE_URL: databaseUrl, SLUICE_LEASE_MS: String(ofWorker) }
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const said: string[] = []
  const hear = (text: string): void => void said.push(...text.trimEnd().split('\n'))
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals)
  return { child, said, ended }
}
