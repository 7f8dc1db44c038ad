import type pg from 'pg'

/** Answers whether an attempt still holds the newest fence: the last question before output becomes visible. */
export interface Fences {
  holds(attemptId: string, fence: string): Promise<boolean>
}

export function postgresFences(pool: pg.Pool): Fences {
  return {
    async holds(attemptId, fence) {
      const { rowCount } = await pool.query({
        name: 'holds-fence',
        text: `select 1 from attempts where id = $1 and fence = $2 and status = 'RUNNING' and lease_until > now()`,
        values: [attemptId, fence],
      })
      return rowCount === 1
    },
  }
}
