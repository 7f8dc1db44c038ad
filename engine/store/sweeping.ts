import type pg from 'pg'

/** Lets go what was held, takes back what lost its lease, notes what is late. Resolves to the milliseconds until something of that kind falls
 *  due again, or undefined when nothing is pending. */
export async function sweep(pool: pg.Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ in_ms: number | null }>({ name: 'sweep', text: 'select sweep() as in_ms' })
  return rows[0]?.in_ms ?? undefined
}

/** Writes a hint for every group with ready attempts and none on the way: whatever became of the first ones. */
export async function reoffer(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({ name: 'reoffer', text: 'select reoffer() as count' })
  return rows[0]?.count ?? 0
}

/** What the dispatcher's sweep asks of whoever keeps the attempts: the store, or a model of it. */
export interface Sweeping {
  sweep(): Promise<number | undefined>
  reoffer(): Promise<number>
}

export function postgresSweeping(pool: pg.Pool): Sweeping {
  return { sweep: () => sweep(pool), reoffer: () => reoffer(pool) }
}
