import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { QueryResultRow } from 'pg'
import { startEmbedded } from '../../engine/store/embedded/embedded.ts'
import { query } from './postgres.ts'
import { isRunning } from './processes.ts'

/** The rows of one statement on a database of a home's embedded PostgreSQL, shared with whoever runs it, else started for the question. */
export async function homeRows<Row extends QueryResultRow>(home: string, database: string, sql: string): Promise<Row[]> {
  const server = await startEmbedded(home)
  try {
    return await query<Row>({ ...server.connection, database }, sql)
  } finally {
    await server.stop()
  }
}

/** Processes that belong to a home, its PostgreSQL and what its attempts run included: those that name it, or that carry the mark of
 *  the worker `pid`. */
export function processesOf(home: string, pid?: number): number[] {
  const mark = new RegExp(`SLUICE_ATTEMPT=\\d+\\.${pid}\\.`)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const text = textOf(name, 'cmdline') + textOf(name, 'environ')
      return text.includes(home) || (pid !== undefined && mark.test(text))
    })
    .map(Number)
    .filter(isRunning)
}

/** What attempts left in the home's folder for their work, as paths from it. */
export function leftInWork(home: string): string[] {
  return readdirSync(join(home, 'work')).flatMap((host) => readdirSync(join(home, 'work', host)).map((name) => join(host, name)))
}

function textOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return '' // it has ended
  }
}
