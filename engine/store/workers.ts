import type pg from 'pg'
import type { Claimant } from '../queue/claims.ts'

/** Says that a worker is alive; called at start and every half minute. Old rows of workers long gone are taken away with it. */
export async function announceWorker(pool: pg.Pool, { workerId, hostname, groups }: Claimant): Promise<void> {
  await pool.query(
    `with gone as (delete from workers where seen_time < now() - interval '1 day')
     insert into workers (id, hostname, worker_groups) values ($1, $2, $3) on conflict (id) do update set seen_time = now(), worker_groups = excluded.worker_groups`,
    [workerId, hostname, groups],
  )
}

/** Says that a worker has stopped. */
export async function retireWorker(pool: pg.Pool, workerId: string): Promise<void> {
  await pool.query('delete from workers where id = $1', [workerId])
}
