import type { MysqlSession } from '../clients/mysql-client.ts'
import type { ObjectContext } from '../spec/context.ts'

/** Gives this attempt the way, as long as its connection lasts: an earlier attempt of the same instance whose worker is paused or cut off may still
 *  hold rows and locks here, and would keep the newer one waiting. Its connection is ended by the server, which rolls it back.
 *  @throws LostLease when this attempt is the earlier one */
export async function takePrecedence(
  session: Pick<MysqlSession, 'query'>,
  { instance, checkFence, log }: Pick<ObjectContext, 'instance' | 'checkFence' | 'log'>,
): Promise<void> {
  const key = `sluice ${instance.pipelineId}/${instance.instanceId}`
  const take = async (seconds: number) => String((await session.query(`select get_lock(md5(?), ${seconds})`, [key])).rows[0]?.[0]) === '1'
  if (await take(0)) return
  await checkFence()
  const { rows } = await session.query('select is_used_lock(md5(?))', [key])
  const holder = Number(rows[0]?.[0])
  if (holder > 0) {
    await session.query(`kill ${holder}`)
    log.warn('An earlier attempt still held its transaction in this database: it was ended.')
  }
  if (!(await take(60))) throw new Error('An earlier attempt still holds its transaction in this database.')
}
