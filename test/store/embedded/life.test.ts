import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { startEmbedded, type EmbeddedServer } from '../../../engine/store/embedded/embedded.ts'
import { locateBinaries } from '../../../engine/store/embedded/locate-binaries.ts'
import { choosePrivilege } from '../../../engine/store/embedded/privilege.ts'
import { startHolder } from '../../support/embedded-holder.ts'
import { query, startTestPostgres } from '../../support/postgres.ts'
import { childrenOf, isRunning } from '../../support/processes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

test('the server ends with its parent, also when that is killed', async () => {
  using folder = temporaryFolder()
  const holder = startHolder(folder.path)
  const { pid } = await holder.report
  holder.process.kill('SIGKILL')
  await until(() => !isRunning(pid))
  expect(existsSync(join(folder.path, 'postgres/data/postmaster.pid'))).toBe(false) // it was an orderly end
})

test('a start right after the parent was killed gets a server of its own', async () => {
  using folder = temporaryFolder()
  const holder = startHolder(folder.path)
  const { pid } = await holder.report
  holder.process.kill('SIGKILL')
  const server = await startEmbedded(folder.path)
  const rows = await query(server.connection, 'select 1 as one')
  await server.stop()
  expect(rows).toEqual([{ one: 1 }])
  expect(server).toMatchObject({ owned: true })
  expect(server.pid).not.toBe(pid)
})

test('what was committed is there after everything was killed', async () => {
  using folder = temporaryFolder()
  const holder = startHolder(folder.path)
  const { pid, connection } = await holder.report
  await query(connection, 'create table kept as select generate_series(1, 1000) as n')
  const everything = [pid, ...childrenOf(pid), holder.process.pid ?? 0]
  everything.forEach(killNow)
  await until(() => !everything.some(isRunning))
  expect(existsSync(join(folder.path, 'postgres/data/postmaster.pid'))).toBe(true)
  const server = await startEmbedded(folder.path)
  const rows = await query(server.connection, 'select count(*)::int as count from kept')
  await server.stop()
  expect(rows).toEqual([{ count: 1000 }])
})

test('a pid file whose number now belongs to another process does not hinder a start', async () => {
  using folder = temporaryFolder()
  await (await startEmbedded(folder.path)).stop()
  const socket = join(folder.path, 'postgres/socket')
  const file = [process.ppid, join(folder.path, 'postgres/data'), 1, 5432, socket, '', '1 1', 'ready   ', '']
  await writeFile(join(folder.path, 'postgres/data/postmaster.pid'), file.join('\n'), { mode: 0o600 })
  const server = await startEmbedded(folder.path)
  await server.stop()
  expect(server.owned).toBe(true)
})

test('an initialisation killed in the middle is begun anew', async () => {
  using folder = temporaryFolder()
  const holder = startHolder(folder.path)
  const inside = join(folder.path, 'postgres')
  const begun = async () => existsSync(inside) && (await readdir(inside)).find((name) => existsSync(join(inside, name, 'base')))
  expect(await until(begun)).toMatch(/^data\.new-/)
  holder.process.kill('SIGKILL')
  await holder.ended
  const server = await startEmbedded(folder.path)
  await server.stop()
  expect((await readdir(inside)).filter((name) => name.startsWith('data'))).toEqual(['data'])
})

test('an orphan that answers is adopted, and then ends with stop', async () => {
  using folder = temporaryFolder()
  await (await startEmbedded(folder.path)).stop()
  const orphan = await startOrphan(folder.path)
  const server = await startEmbedded(folder.path)
  expect(server).toMatchObject({ owned: true, pid: orphan })
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }])
  await server.stop()
  await until(() => !isRunning(orphan)) // its files are closed a moment before it is gone
})

test('a second command shares the running server, and its stop leaves it running', async () => {
  await using postgres = await startTestPostgres()
  const sharer = await startEmbedded(postgres.home)
  expect(sharer).toMatchObject({ owned: false, pid: postgres.server.pid, connection: postgres.server.connection })
  await sharer.stop()
  expect(await query(postgres.server.connection, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a command that comes before the owner has made the database makes it', async () => {
  await using postgres = await startTestPostgres()
  const sharer = await startEmbedded(postgres.home, { database: 'not_made_yet' })
  expect(await query(sharer.connection, 'select current_database() as name')).toEqual([{ name: 'not_made_yet' }])
  await sharer.stop()
})

test('of commands that start at the same time on an empty home one initialises it and the others share', async () => {
  using folder = temporaryFolder()
  await using other = startHolder(folder.path)
  const [a, b, c] = await Promise.all([startEmbedded(folder.path), startEmbedded(folder.path), other.report])
  expect([a.owned, b.owned, c.owned].filter(Boolean)).toHaveLength(1)
  expect(new Set([a.pid, b.pid, c.pid]).size).toBe(1)
  await stopSharersFirst([a, b])
})

test('when the owner stops, its sharers learn of it, one revives the server, and pools go on', async () => {
  using folder = temporaryFolder()
  const owner = await startEmbedded(folder.path)
  const sharers = await Promise.all([startEmbedded(folder.path), startEmbedded(folder.path)])
  const pool = new pg.Pool({ ...sharers[0].connection, max: 2 })
  pool.on('error', () => {}) // idle clients die with the server
  await pool.query('create table kept (n int)')

  const revived = sharers.map((sharer) => lossOf(sharer).then(() => sharer.revive()))
  await owner.stop()
  await Promise.all(revived)

  expect(sharers.filter(({ owned }) => owned)).toHaveLength(1)
  expect((await pool.query('select * from kept')).rows).toEqual([])
  await pool.end()
  await stopSharersFirst(sharers)
})

test('when the owner is killed, a sharer revives the server', async () => {
  using folder = temporaryFolder()
  const holder = startHolder(folder.path)
  await holder.report
  const sharer = await startEmbedded(folder.path)
  const loss = lossOf(sharer)
  holder.process.kill('SIGKILL')
  await loss
  await sharer.revive()
  expect(sharer.owned).toBe(true)
  expect(await query(sharer.connection, 'select 1 as one')).toEqual([{ one: 1 }])
  await sharer.stop()
})

test('an owner whose server is killed learns of it and revives it', async () => {
  await using postgres = await startTestPostgres()
  const { server } = postgres
  const killed = server.pid
  const loss = lossOf(server)
  process.kill(killed, 'SIGKILL')
  await loss
  await Promise.all([server.revive(), server.revive()])
  expect(server.pid).not.toBe(killed)
  expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('stopping is no loss', async () => {
  using folder = temporaryFolder()
  const owner = await startEmbedded(folder.path)
  const sharer = await startEmbedded(folder.path)
  const losses: string[] = []
  owner.onLost(() => losses.push('owner'))
  sharer.onLost(() => losses.push('sharer'))
  await sharer.stop()
  await owner.stop()
  expect(losses).toEqual([])
})

function lossOf(server: EmbeddedServer): Promise<void> {
  return new Promise((resolve) => server.onLost(resolve))
}

async function stopSharersFirst(servers: EmbeddedServer[]): Promise<void> {
  for (const server of servers.toSorted((a, b) => Number(a.owned) - Number(b.owned))) await server.stop()
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended by itself: a backend without its postmaster does
  }
}

/** A server of the home that no command owns: it holds the server's lock, but nobody holds the owner's. Returns its process id. */
async function startOrphan(home: string): Promise<number> {
  const folder = join(home, 'postgres')
  const { postgres } = await locateBinaries(folder)
  const { command } = await choosePrivilege(home, postgres)
  const server = [postgres, '-D', join(folder, 'data'), '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}/socket`]
  const child = spawn('flock', ['--no-fork', join(folder, 'server.lock'), ...command('INT'), ...server], { stdio: 'ignore' })
  return child.pid ?? 0
}
