import type pg from 'pg'

/** What a pool asks each new connection before it is used: one to a standby is refused, and `tell` hears a sentence when one leads to another server
 *  than those before: to one that was promoted, or restored from a copy. */
export function generationCheck(tell: (sentence: string) => void): NonNullable<pg.PoolConfig['verify']> {
  let known: string | undefined
  const enter = async (client: pg.ClientBase): Promise<void> => {
    const { rows } = await client.query<{ history: string | null }>('select enter_generation() as history')
    const history = rows[0]?.history
    if (!history) return
    if (known !== undefined && history !== known) tell(changed)
    known = history
  }
  const check = async (client: pg.ClientBase, done: (error?: Error) => void): Promise<void> => {
    const refusal = await enter(client).catch((error: Error) => error)
    done(refusal ?? undefined)
  }
  return (client, done) => void check(client, done)
}

const changed =
  'The database is another server now: a standby that was promoted, or a copy that was restored. What the old one had stored and this one has ' +
  'not is lost; what it gave out and this one does not know of is refused, and runs again where it is due. Only a synchronous standby loses nothing.'
