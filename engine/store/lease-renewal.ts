import { openPool } from '../support/open-pool.ts'
import { leaseMs } from './claims.ts'
import { conflictProof } from './conflicts.ts'
import { poolConfig, type StoreConnection } from './connection.ts'
import { storedJson } from './stored-json.ts'

/** One attempt's sign of life. Progress is stored when given. */
export interface LeaseBeat {
  readonly attemptId: string
  readonly fence: string
  readonly progress?: Readonly<Record<string, unknown>>
}

/** `held`: go on. `canceled`: a person or a time-out ended it. `lost`: another claim has taken over. */
export type LeaseVerdict = 'held' | 'canceled' | 'lost'

export interface LeaseRenewal {
  /** One round trip for all; answers in the order of the beats. Rejects when the store cannot be reached within the lease. */
  renew(beats: readonly LeaseBeat[]): Promise<readonly LeaseVerdict[]>
  close(): Promise<void>
}

/** Renews leases over a connection of its own, so that an exhausted pool cannot starve it. Runs in the worker's heartbeat thread. */
export function openLeaseRenewal(connection: StoreConnection): LeaseRenewal {
  // A connection that dies is replaced at the next beat.
  const pool = conflictProof(openPool({ ...poolConfig(connection, 1), query_timeout: leaseMs / 3, connectionTimeoutMillis: leaseMs / 6 }))
  return {
    async renew(beats) {
      const { rows } = await pool.query<{ verdicts: LeaseVerdict[] }>({
        name: 'renew',
        text: 'select renew_leases($1::bigint[], $2::bigint[], $3::json[], $4) as verdicts',
        values: [
          beats.map(({ attemptId }) => attemptId),
          beats.map(({ fence }) => fence),
          beats.map(({ progress }) => (progress ? storedJson(progress) : null)),
          `${leaseMs} milliseconds`,
        ],
      })
      return rows[0]?.verdicts ?? []
    },
    close: () => pool.end(),
  }
}
