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

/** Whether any worker was seen of late. */
export async function hasLiveWorker(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ live: boolean }>(
    `select exists (select 1 from workers where seen_time > now() - interval '90 seconds') as live`,
  )
  return rows[0]?.live ?? false
}

/** Says that a worker has stopped. */
export async function retireWorker(pool: pg.Pool, workerId: string): Promise<void> {
  await pool.query('delete from workers where id = $1', [workerId])
}

/** Ends the leases of workers that `hasDied` knows to be dead, so that the next sweep gives their attempts away without waiting for the
 *  leases. It counts as a lost lease, which costs a try: the attempt may have been what killed its worker. Resolves to the ids of the dead;
 *  `beforehand` is called first when there are any. */
export async function endLeasesOfDead(
  pool: pg.Pool,
  hasDied: (workerId: string) => boolean,
  beforehand: () => void,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from workers union select worker_id from attempts where status = 'RUNNING' and worker_id is not null`,
  )
  const dead = rows.map(({ id }) => id).filter(hasDied)
  if (dead.length === 0) return dead
  beforehand()
  await pool.query(
    `with ended as (
      update attempts set lease_until = now() where id in (
        select id from attempts where status = 'RUNNING' and worker_id = any($1) and lease_until > now() order by id for no key update)
    ) delete from workers where id = any($1)`,
    [dead],
  )
  return dead
}
