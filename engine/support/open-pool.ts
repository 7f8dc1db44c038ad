import pg from 'pg'

/** A pool whose connections may die at any moment without ending the process. pg tells of a death twice: to the query under way, which its
 *  caller hears of, and as an event of the connection, which nobody listens to while it is checked out and which would then be uncaught.
 *  `onError` hears of connections that die idle. */
export function openPool(config: pg.PoolConfig, onError: (error: Error) => void = () => {}): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('connect', (client) => client.on('error', () => {})) // its queries tell
  pool.on('error', onError)
  return pool
}
