import { join } from 'node:path'
import { startEngine, type Engine, type EnginePart } from '../../../engine/app.ts'
import { tellAll } from '../../../engine/store/remote-signals.ts'
import { readSettings } from '../../../engine/support/settings.ts'
import type { TestDatabase } from '../../support/postgres.ts'

export interface Engines extends AsyncDisposable {
  readonly engines: readonly Engine[]
  /** Sentences of trouble that any of them told. */
  readonly told: readonly string[]
}

export interface EnginesOptions {
  readonly folder: string
  readonly database: Pick<TestDatabase, 'url'>
  readonly count?: number
  readonly parts?: readonly EnginePart[]
  /** Activities at once, each. */
  readonly tasks?: number
}

/** Engines in this process, for faults of which no process is the point; both parts of each unless said otherwise. The queue is on PostgreSQL. */
export async function startEngines({ folder, database, count = 1, parts, tasks = 8 }: EnginesOptions): Promise<Engines> {
  const told: string[] = []
  const settings = readSettings(process.env, {
    home: join(folder, 'home'),
    databaseUrl: database.url,
    slots: { activity: tasks, precondition: 2 },
  })
  const start = () => startEngine({ ...settings, redisUrl: undefined }, (sentence) => void told.push(sentence), { parts })
  const first = await start()
  const engines = [first, ...(await Promise.all(Array.from({ length: count - 1 }, start)))]
  return {
    engines,
    told,
    async [Symbol.asyncDispose]() {
      await Promise.all(engines.map((engine) => engine.stop('now')))
    },
  }
}

/** Cancels as another process does: every engine is told. Resolves to how many were cancelled. */
export async function cancelFromElsewhere({ store }: Engine, instanceIds: readonly string[]): Promise<number> {
  const { rows } = await store.pool.query<{ count: number }>(
    `select cancel_instances($1::bigint[], 'a person asked for it') as count, ${tellAll}`,
    [instanceIds],
  )
  return rows[0]?.count ?? 0
}

/** Whether no attempt is held by any of their workers. */
export function holdsNothing(engines: readonly Engine[]): boolean {
  return engines.every(({ worker }) => worker.running().length === 0)
}
