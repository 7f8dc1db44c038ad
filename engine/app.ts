import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clients } from './clients/clients.ts'
import { openClients } from './clients/open-clients.ts'
import type { CompiledDefinition } from './definition/pipeline-definition.ts'
import { startDispatcher } from './dispatcher/dispatcher.ts'
import { startHistorian } from './dispatcher/historian.ts'
import { SluiceError } from './errors.ts'
import { startProvisioner } from './provisioner/provisioner.ts'
import { bullmqHintQueue } from './queue/bullmq.ts'
import type { Claimant } from './queue/claims.ts'
import { createHintPump } from './queue/hint-pump.ts'
import type { HintQueue } from './queue/hint-queue.ts'
import { patiently, pause } from './queue/patience.ts'
import { taskSource } from './queue/store-task-source.ts'
import type { TaskSource } from './queue/task-source.ts'
import { workerGroupsOf } from './schedule/worker-groups.ts'
import { activatePipeline, type Activated, type ActivationRequest } from './scheduler/activate-pipeline.ts'
import { systemGroup } from './scheduler/interval-plan.ts'
import { startScheduler, type SchedulerOptions } from './scheduler/scheduler.ts'
import type { Catalog } from './spec/catalog.ts'
import type { ConnectionSettings } from './spec/handles.ts'
import { loadCatalog } from './spec/load-catalog.ts'
import { leaseMs } from './store/claims.ts'
import { startEmbedded, type EmbeddedServer } from './store/embedded/embedded.ts'
import { keepUp } from './store/embedded/keep-up.ts'
import { firstActivations } from './store/first-activations.ts'
import { checkVersion } from './store/migrate.ts'
import { hearCommands, passOnEndings } from './store/remote-signals.ts'
import { openStore, type Store } from './store/open-store.ts'
import { compiledDefinition, compiledDefinitions, listPipelines } from './store/pipelines.ts'
import { announceWorker, endLeasesOfDead, retireWorker } from './store/workers.ts'
import type { Settings } from './support/settings.ts'
import { startLoop } from './support/wakeable-loop.ts'
import { resourceMaker } from './worker/resource-maker.ts'
import { actionPerformer } from './worker/perform-action.ts'
import { healthGate } from './worker/health.ts'
import { linkedIntervalsOf } from './worker/linked-intervals-of.ts'
import { startHeartbeat } from './worker/heartbeat/heartbeat.ts'
import { killOrphans } from './worker/process/kill.ts'
import { hasDied, newWorkerId } from './worker/process/worker-id.ts'
import { startWorker, type StopMode, type Worker, type WorkerOptions } from './worker/worker.ts'

/** A store and what it stands on: the embedded server when no database was named. */
export interface OpenStore {
  readonly store: Store
  readonly embedded: EmbeddedServer | undefined
  close(): Promise<void>
}

/** Opens the store of the settings, starting or sharing the embedded PostgreSQL when no database is named. `tell` hears sentences for people. */
export async function openStoreOf(settings: Settings, tell: (sentence: string) => void): Promise<OpenStore> {
  const embedded = settings.databaseUrl === undefined ? await startEmbedded(settings.home) : undefined
  if (embedded) keepUp(embedded, tell)
  try {
    const store = await openStore(embedded ? embedded.connection : { connectionString: settings.databaseUrl! }, { tell })
    return {
      store,
      embedded,
      async close() {
        await store.close()
        await embedded?.stop()
      },
    }
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

/** What can be started apart, any number of each on one store. The `server` is scheduler, dispatcher and provisioner. */
export type EnginePart = 'server' | 'worker'

/** Both parts in one process, or one of them, on one store. */
export interface Engine {
  readonly store: Store
  readonly catalog: Catalog
  readonly clients: Clients
  /** One that takes nothing when that part was not started. */
  readonly worker: Worker
  /** Absent when the store is elsewhere. */
  readonly embedded: EmbeddedServer | undefined
  activate(request: ActivationRequest): Promise<Activated>
  /** Rejects when a newer Sluice has migrated the database beyond what this one knows: then it is to be stopped. */
  readonly outdated: Promise<never>
  /** Ends the worker in the way of `mode`, then everything else, the embedded server last. */
  stop(mode: StopMode): Promise<void>
  /** Makes a stop under way a harder one. */
  hurry(mode: StopMode): void
}

/** What a caller may want instead of the usual. */
export interface EngineVariations {
  /** Default: both. */
  readonly parts?: readonly EnginePart[]
  /** Whether the groups of every scheduled pipeline are served besides those of the settings. Default: yes. */
  readonly allGroups?: boolean
  /** How long running attempts may go on after a stop that drains. Default: 30 seconds. */
  readonly graceMs?: number
  readonly catalog?: Catalog
  /** Stands between the worker and its source. */
  readonly aroundSource?: (source: TaskSource) => TaskSource
}

/** Starts both parts, or the one that is wanted. `tell` hears sentences about troubles that the engine goes on through. */
export async function startEngine(
  settings: Settings,
  tell: (sentence: string) => void,
  variations: EngineVariations = {},
): Promise<Engine> {
  const [catalog, opened] = await Promise.all([variations.catalog ?? loadCatalog(), openStoreOf(settings, tell)])
  try {
    return await startOn(settings, tell, catalog, opened, variations)
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function startOn(
  settings: Settings,
  tell: (sentence: string) => void,
  catalog: Catalog,
  { store, embedded, close }: OpenStore,
  { parts = ['server', 'worker'], allGroups = true, graceMs = 30_000, aroundSource }: EngineVariations,
): Promise<Engine> {
  const { home, environment } = settings
  await mkdir(home, { recursive: true, mode: 0o700 })
  const databases = embeddedDatabases(home, embedded, tell)
  const clients = openClients({ home, env: environment, baseDirectory: process.cwd(), embedded: databases.open })
  const hints = await bullmqHintQueue(
    settings.redisUrl === undefined ? { postgres: { ...store.connection, max: 10 } } : { redis: settings.redisUrl },
    tell,
  )
  const groups = [...new Set([...settings.workerGroups, ...(allGroups ? await scheduledGroups(store) : []), systemGroup])]
  const claimant = { workerId: newWorkerId(), hostname: hostname(), groups }
  const directories = { home, logs: join(home, 'logs'), work: join(home, 'work', claimant.hostname) }
  const mayClaim = healthGate({ folders: Object.values(directories), tell })
  const hinted = taskSource({ claims: store.claims, hints, claimant, mayClaim })
  const source = aroundSource?.(hinted) ?? hinted
  const quiet = [store.signals.on('planned', hinted.nudge), store.signals.on('activated', hinted.nudge)]
  const definitions = {
    get: (pipelineId: string, version: number): Promise<CompiledDefinition> =>
      asked(() => compiledDefinition(store.db, pipelineId, version)),
    many: (wanted: Parameters<typeof compiledDefinitions>[1]) => asked(() => compiledDefinitions(store.db, wanted)),
  }
  const onError = (error: unknown): void => tell(messageOf(error))
  const leases = startHeartbeat({ module: moduleUrl('./store/lease-renewal'), config: store.connection })

  const works = parts.includes('worker')
  if (works) await source.start()
  const known = firstActivations(store.db)
  const firstActivation = (pipelineId: string): Promise<Date | undefined> => asked(() => known(pipelineId))
  const shared = { catalog, clients, definitions, store, firstActivation }
  const serverParts = parts.includes('server') ? startServer(shared, hints, settings, { onError, tell }) : undefined
  const beacon = works ? startLoop(async () => (await signOfLife(store, claimant), 30_000), { onError }) : undefined
  const worker = startWorker({
    source,
    catalog,
    clients,
    definitions,
    leases,
    fences: { holds: (attemptId, fence) => asked(() => store.fences.holds(attemptId, fence)) },
    directories,
    slots: works ? settings.slots : { activity: 0, precondition: 0 },
    graceMs,
    environment,
    intervalsFor: linkedIntervalsOf,
    firstActivation,
  })
  worker.events.on('trouble', onError)
  const commands = hearCommands(store.connection, store.signals)
  const messenger = serverParts ? undefined : passOnEndings(store.pool, store.signals)
  const version = watchVersion(store, onError)
  quiet.push(store.signals.on('command', () => leases.beatNow()))

  let stopping: Promise<void> | undefined
  const stop = async (mode: StopMode): Promise<void> => {
    await Promise.all([serverParts?.scheduler.stop(), worker.stop({ mode })])
    await Promise.all([...(serverParts?.others ?? []), ...(beacon ? [beacon] : [])].map((part) => part.stop()))
    for (const off of quiet) off()
    await Promise.all([version.stop(), messenger?.stop()])
    await commands.stop()
    await source.close()
    await hints.close()
    await leases.close()
    if (works) await retireWorker(store.pool, claimant.workerId).catch(() => {}) // it is forgotten anyway once it is not seen
    await clients.close()
    await databases.close()
    await close()
  }
  return {
    store,
    catalog,
    clients,
    worker,
    embedded,
    outdated: version.outdated,
    activate: (request) => activatePipeline(store, catalog, { mayBackfill: !settings.backfillGuard, ...request }),
    stop: (mode) => (stopping ??= stop(mode)),
    hurry: (mode) => void worker.stop({ mode }),
  }
}

/** What an attempt asks of the store, asked again while the store is away, for as long as its lease may last: it would be the attempt that failed. */
function asked<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  return patiently(question, { pause, random: Math.random, deadlineMs: leaseMs })
}

type Shared = Pick<Engine, 'store' | 'catalog' | 'clients'> &
  Pick<SchedulerOptions, 'definitions'> &
  Required<Pick<WorkerOptions, 'firstActivation'>>

/** What plans, offers and provides. The scheduler is to be stopped before the others: what it plans last is theirs to offer. */
function startServer(
  shared: Shared,
  hints: HintQueue,
  { home, retention }: Settings,
  { onError, tell }: { readonly onError: (error: unknown) => void; readonly tell: (sentence: string) => void },
): ServerParts {
  const { store, catalog, definitions } = shared
  const pump = createHintPump({ claims: store.claims, hints })
  const dispatcher = startDispatcher({ store, onError, pump: async () => void (await pump.pump()), perform: actionPerformer(shared) })
  const scheduler = startScheduler({ store, catalog, definitions, onError })
  const provisioner = startProvisioner({ store, onError, maker: resourceMaker({ ...shared, home }) })
  const historian = startHistorian({ store, retention, tell, onError })
  return { scheduler, others: [dispatcher, provisioner, historian] }
}

/** Looks once a minute, and when another process has told something, whether this version may go on. */
function watchVersion({ pool, signals }: Store, onError: (error: unknown) => void): Stoppable & { readonly outdated: Promise<never> } {
  const { promise: outdated, reject } = Promise.withResolvers<never>()
  outdated.catch(() => {}) // not everyone waits for it
  const look = async (): Promise<number> => {
    await checkVersion(pool).catch((error: unknown) => {
      if (!(error instanceof SluiceError)) throw error
      reject(error)
    })
    return 60_000
  }
  const loop = startLoop(look, { onError, spacingMs: 1000 })
  const off = signals.on('command', loop.wake)
  return { outdated, stop: () => (off(), loop.stop()) }
}

interface Stoppable {
  stop(): Promise<void>
}

interface ServerParts {
  readonly scheduler: Stoppable
  readonly others: readonly Stoppable[]
}

/** Says that this worker lives, and takes back what those that died beside it were running; their processes end first. */
async function signOfLife({ pool, signals }: Store, claimant: Claimant): Promise<void> {
  await announceWorker(pool, claimant)
  const dead = await endLeasesOfDead(pool, hasDied, killOrphans)
  if (dead.length > 0) signals.emit('held')
}

/** Databases named `embedded:NAME`: on the embedded PostgreSQL, which is started for them when the store is elsewhere. */
function embeddedDatabases(home: string, running: EmbeddedServer | undefined, tell: (sentence: string) => void): EmbeddedDatabases {
  let server: Promise<EmbeddedServer> | undefined = running && Promise.resolve(running)
  const start = async (): Promise<EmbeddedServer> => {
    const started = await startEmbedded(home)
    keepUp(started, tell)
    return started
  }
  return {
    async open(name) {
      const embedded = await (server ??= start())
      await embedded.ensureDatabase(name)
      const { connection } = embedded
      return { dialect: 'postgresql', host: connection.host, port: connection.port, user: connection.user, database: name, options: {} }
    },
    async close() {
      if (!running) await (await server)?.stop()
    },
  }
}

interface EmbeddedDatabases {
  open(name: string): Promise<ConnectionSettings>
  close(): Promise<void>
}

/** Worker groups of every pipeline that is at work: one process serves them all, as there may be no other. */
async function scheduledGroups({ db }: Store): Promise<readonly string[]> {
  const pipelines = await listPipelines(db, { state: 'SCHEDULED', limit: 1000 })
  const active = pipelines.filter(({ activeVersion }) => activeVersion !== undefined)
  const definitions = await Promise.all(active.map(({ id, activeVersion }) => compiledDefinition(db, id, activeVersion!)))
  return definitions.flatMap(workerGroupsOf)
}

/** The module beside this one, as source in development and as JavaScript when built. */
function moduleUrl(path: string): string {
  return new URL(`${path}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
