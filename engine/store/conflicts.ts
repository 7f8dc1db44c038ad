import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { SluiceError } from '../errors.ts'

/** What PostgreSQL answers when it has undone a transaction for the sake of another: a serialisation failure, a deadlock, a lock not had in time. */
const conflicts = new Set(['40001', '40P01', '55P03'])

/** With the pauses between them, about half a second. */
const tries = 6

/** What a whole transaction comes to, which is done again when it met another one: nothing of it is left then.
 *  @throws SluiceError (exit code 3) when it has met others each time */
export async function despiteConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made++) {
    try {
      return await transaction()
    } catch (error) {
      if (!isConflict(error)) throw error
      if (made === tries) throw tooManyConflicts(error)
      await delay(10 * 2 ** made * (0.5 + Math.random() / 2)) // two that met each other must not come back together
    }
  }
}

/** Has each statement that the pool itself is asked done despite conflicts: it is a transaction of its own. Of a connection that is checked out
 *  nobody knows where its transaction begins; whoever does says so with `despiteConflicts`. */
export function conflictProof(pool: pg.Pool): pg.Pool {
  const once = pool.query.bind(pool) as (...args: unknown[]) => Promise<unknown>
  return Object.assign(pool, { query: (...args: unknown[]) => despiteConflicts(() => once(...args)) })
}

function isConflict(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && conflicts.has(error.code ?? '')
}

function tooManyConflicts(cause: pg.DatabaseError): SluiceError {
  return new SluiceError(`The database undid this ${tries} times in favour of others that wanted the same rows: ${cause.message}.`, {
    exitCode: 3,
    hint: 'Nothing of it was done. Try again; if that does not help, look for what holds the rows: select pid, xact_start, query from pg_stat_activity order by xact_start.',
    cause,
  })
}
