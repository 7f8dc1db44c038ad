import type { PostgresSession } from '../clients/postgres-client.ts'
import type { ObjectContext } from '../spec/context.ts'

/** Gives this attempt the way, for the open transaction: an earlier attempt of the same instance whose worker is paused or cut off may still hold
 *  rows and locks here, and would keep the newer one waiting. Its session is ended by the server, which rolls it back.
 *  @throws LostLease when this attempt is the earlier one */
export async function takePrecedence(
  session: Pick<PostgresSession, 'query'>,
  { instance, checkFence, log }: Pick<ObjectContext, 'instance' | 'checkFence' | 'log'>,
): Promise<void> {
  const key = `sluice ${instance.pipelineId}/${instance.instanceId}`
  const { rows: tried } = await session.query('select pg_try_advisory_xact_lock(hashtextextended($1, 0))', [key])
  if (tried[0]?.[0] === 't') return
  await checkFence()
  const { rows } = await session.query(
    // Materialized: a plan of its own must have found them before anybody is ended.
    `with earlier as materialized (
       select l.pid from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
       where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($1, 0)
     ) select count(*) from earlier where pg_terminate_backend(pid)`,
    [key],
  )
  if (rows[0]?.[0] !== '0') log.warn('An earlier attempt still held its transaction in this database: it was ended.')
  await session.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [key])
}
