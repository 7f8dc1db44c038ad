import { performance } from 'node:perf_hooks'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from, to } from 'pg-copy-streams'

/** Milliseconds of a raw COPY of all rows of `tables` into new tables of the same columns and indexes, which are dropped again. The rows are in memory
 *  before it begins. */
export async function copyTablesMs(client: pg.PoolClient, tables: readonly string[]): Promise<number> {
  let ms = 0
  for (const table of tables) {
    const rows: Buffer[] = []
    const keep = new Writable({ write: (chunk: Buffer, _, done) => (rows.push(chunk), done()) })
    await pipeline(client.query(to(`copy ${table} to stdout`)), keep)
    await client.query(`create table bench_copy (like ${table} including all)`)
    const start = performance.now()
    await pipeline(Readable.from(rows), client.query(from('copy bench_copy from stdin')))
    ms += performance.now() - start
    await client.query('drop table bench_copy')
  }
  return ms
}
