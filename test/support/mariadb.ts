import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMysql } from '../../engine/clients/mysql-client.ts'
import type { ConnectionSettings } from '../../engine/spec/handles.ts'
import { says } from './says.ts'

export interface TestMariadb extends AsyncDisposable {
  /** For the database `test`, over a socket, as a user without a password. */
  readonly settings: ConnectionSettings
  /** Makes the database new. */
  empty(): Promise<void>
  /** One statement's rows, as text. */
  query(sql: string): Promise<readonly (readonly unknown[])[]>
}

/** Why MariaDB tests cannot run here; undefined when they can. */
export const mariadbMissing = spawnSync('mariadbd', ['--version']).error
  ? 'mariadbd is missing: run `apt-get install mariadb-server`.'
  : undefined
if (mariadbMissing) console.warn(`MariaDB tests are skipped: ${mariadbMissing}`)

/** A MariaDB of the test's own, on a socket in a temporary folder, with an empty database `test`. */
export async function startMariadb(args: readonly string[] = []): Promise<TestMariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-maria-'))
  await chmod(folder, 0o700)
  const data = join(folder, 'data')
  const common = ['--no-defaults', `--datadir=${data}`, ...(process.getuid?.() === 0 ? ['--user=root'] : [])]
  const installed = spawnSync('mysql_install_db', [...common, '--auth-root-authentication-method=normal', '--skip-test-db'], {
    encoding: 'utf8',
  })
  if (installed.status !== 0) throw new Error(`mysql_install_db failed:\n${installed.stdout}${installed.stderr}`)
  const socket = join(folder, 's')
  const server = await launch([...common, `--socket=${socket}`, '--skip-networking', '--skip-log-bin', ...args])
  const settings = { dialect: 'mysql', host: socket, user: 'root', database: 'test', options: {} } as const
  const empty = async () => {
    await run({ ...settings, database: undefined }, 'create or replace database test character set utf8mb4')
  }
  await empty()
  return {
    settings,
    empty,
    query: (sql) => run(settings, sql),
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL')
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(settings: ConnectionSettings, sql: string): Promise<readonly (readonly unknown[])[]> {
  await using session = await openMysql(settings).session(new AbortController().signal)
  return (await session.query(sql)).rows
}

/** Resolves when the server says that it accepts connections. */
async function launch(args: readonly string[]): Promise<ChildProcess> {
  const server = spawn('mariadbd', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  await says(server.stderr, /ready for connections/i, 'mariadbd')
  return server
}
