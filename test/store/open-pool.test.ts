import { expect, test } from 'vitest'
import { openPool } from '../../engine/support/open-pool.ts'
import { query, testDatabase } from '../support/postgres.ts'

test('a connection that dies while it is checked out ends neither the process nor the pool', async () => {
  await using database = await testDatabase()
  const pool = openPool({ ...database.connection, max: 1 })
  const client = await pool.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const ended = new Promise((resolve) => client.once('end', resolve))
  await query(database.connection, `select pg_terminate_backend(${rows[0]!.pid})`)
  await ended
  await expect(client.query('select 1')).rejects.toThrow(/not queryable|terminat|closed/i)
  client.release(true)
  expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})
