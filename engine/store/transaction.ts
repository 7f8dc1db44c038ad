import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { SluiceError } from '../errors.ts'
import { despiteConflicts } from './conflicts.ts'

/** How long the database may be away after it was told to commit. */
const askingMs = 10_000

/** What `work` comes to, all of it in one transaction, which is done again when it met another one. When the connection is lost during the commit the
 *  database is asked what became of it, so that whoever repeats what failed repeats nothing that was done. */
export function inTransaction<Answer>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Answer>): Promise<Answer> {
  return despiteConflicts(() => once(pool, work))
}

async function once<Answer>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Answer>): Promise<Answer> {
  const { answer, id, error } = await committing(pool, work)
  if (error !== undefined && !(await hasCommitted(pool, id))) throw error
  return answer
}

/** Rejects when nothing can have been stored; `error` is one of the commit itself, after which it may have been. */
async function committing<Answer>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<Answer>) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const answer = await work(client)
    const { rows } = await client.query<{ id: string | null }>('select pg_current_xact_id_if_assigned()::text as id')
    const error: unknown = await client.query('commit').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    return { answer, id: rows[0]?.id, error }
  } catch (error) {
    await client.query('rollback').catch(() => {}) // the connection is gone: so is the transaction
    throw error
  } finally {
    client.release()
  }
}

async function hasCommitted(pool: pg.Pool, id: string | null | undefined): Promise<boolean> {
  if (!id) return false // it wrote nothing
  for (const deadline = performance.now() + askingMs; performance.now() < deadline; await delay(100)) {
    const status = await pool.query<{ status: string | null }>('select pg_xact_status($1::xid8) as status', [id]).then(
      ({ rows }) => rows[0]?.status,
      () => 'away',
    )
    if (status === 'committed') return true
    if (status !== 'away' && status !== 'in progress') return false
  }
  throw new SluiceError('The connection to the database was lost while a change was stored, and it is not known whether it was.', {
    exitCode: 3,
    hint: 'Look at the pipeline before you repeat it: sluice runs',
  })
}
