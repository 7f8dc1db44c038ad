import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readRetention, type Retention } from './retention.ts'

/** Where Sluice keeps things and whom it talks to; from flags, then the environment. */
export interface Settings {
  /** Absolute. Embedded database, logs, `s3://` folders, resources. */
  readonly home: string
  /** Absent: the embedded PostgreSQL under `home`. */
  readonly databaseUrl?: string
  /** Absent: BullMQ runs on PostgreSQL. */
  readonly redisUrl?: string
  /** Served besides those that the scheduled pipelines of the store name. */
  readonly workerGroups: readonly string[]
  /** How many activities, and how many checks of preconditions, may run at once. */
  readonly slots: { readonly activity: number; readonly precondition: number }
  /** Whether a first activation is refused that would begin with a backfill of more than a day. */
  readonly backfillGuard: boolean
  /** How long the history of runs is kept. */
  readonly retention: Retention
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Settings of the environment, those in `flags` winning. Empty variables count as not set. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>, flags: Partial<Settings> = {}): Settings {
  return {
    home: resolve(flags.home ?? (environment['SLUICE_HOME'] || join(homedir(), '.sluice'))),
    databaseUrl: flags.databaseUrl ?? (environment['SLUICE_DATABASE_URL'] || undefined),
    redisUrl: flags.redisUrl ?? (environment['SLUICE_REDIS_URL'] || undefined),
    workerGroups: flags.workerGroups ?? ['default'],
    slots: flags.slots ?? { activity: 10, precondition: 10 },
    backfillGuard: flags.backfillGuard ?? environment['SLUICE_BACKFILL_GUARD']?.toLowerCase() !== 'off',
    retention: flags.retention ?? readRetention(environment['SLUICE_RETENTION'] || '1 year'),
    environment,
  }
}
