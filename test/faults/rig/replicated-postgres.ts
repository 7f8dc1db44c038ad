import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareHome, type Cluster } from '../../../engine/store/embedded/cluster.ts'
import { connectionTo, makeDatabase } from '../../../engine/store/embedded/connect.ts'
import type { EmbeddedConnection } from '../../../engine/store/embedded/embedded.ts'
import { initialise, serverEnvironment, superuser } from '../../../engine/store/embedded/initialise.ts'
import { locateBinaries } from '../../../engine/store/embedded/locate-binaries.ts'
import { settleOwnership } from '../../../engine/store/embedded/ownership.ts'
import { choosePrivilege } from '../../../engine/store/embedded/privilege.ts'
import { makeSocketDirectory, socketDirectoryOf, socketPort } from '../../../engine/store/embedded/socket-directory.ts'
import { query } from '../../support/postgres.ts'
import { childrenOf } from '../../support/processes.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

/** A server of the embedded binaries that nobody keeps up. */
export interface PlainPostgres {
  readonly connection: EmbeddedConnection
  /** The path of its Unix socket. */
  readonly socket: string
  /** Kills all of its processes with SIGKILL. */
  kill(): Promise<void>
}

export interface ReplicatedPostgres extends AsyncDisposable {
  readonly primary: PlainPostgres
  readonly standby: PlainPostgres
  /** The primary waits for the standby with each commit from now on. */
  makeSynchronous(): Promise<void>
  /** Resolves once the standby has all that the primary has. */
  caughtUp(): Promise<void>
  /** The standby hears nothing from now on; what it lacks stays with the primary. */
  holdBack(): Promise<void>
  /** Makes the standby a primary. */
  promote(): Promise<void>
}

/** A primary and a standby that streams from it: the standby begins as a cold copy, since the binaries lack pg_basebackup. */
export async function startReplicated(): Promise<ReplicatedPostgres> {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(temporaryFolder())
  const [first, second] = [await clusterOf(join(folder.path, 'a')), await clusterOf(join(folder.path, 'b'))]
  await settleOwnership(first)
  await initialise(first)
  await copyAsStandby(first, second)
  const primary = await launch(first)
  opened.defer(() => primary.kill())
  await makeDatabase(first.socketDirectory, first.database)
  const standby = await launch(second)
  opened.defer(() => standby.kill())
  const streams = (sync: string) => async () =>
    (await query(primary.connection, `select 1 from pg_stat_replication where state = 'streaming' and sync_state = '${sync}'`)).length > 0
  await until(streams('async'), { deadlineMs: 60_000 })
  const whole = opened.move()
  return {
    primary,
    standby,
    async makeSynchronous() {
      await query(primary.connection, `alter system set synchronous_standby_names = '*'`)
      await query(primary.connection, 'select pg_reload_conf()')
      await until(streams('sync'), { deadlineMs: 60_000 })
    },
    async caughtUp() {
      const sent = `select 1 from pg_stat_replication where replay_lsn >= pg_current_wal_lsn()`
      await until(async () => (await query(primary.connection, sent)).length > 0, { deadlineMs: 60_000 })
    },
    async holdBack() {
      await query(standby.connection, `alter system set primary_conninfo = ''`)
      await query(standby.connection, 'select pg_reload_conf()')
      const hearsNothing = async () => (await query(standby.connection, 'select 1 from pg_stat_wal_receiver')).length === 0
      await until(hearsNothing, { deadlineMs: 60_000 })
    },
    async promote() {
      await query(standby.connection, 'select pg_promote()')
    },
    [Symbol.asyncDispose]: () => whole.disposeAsync(),
  }
}

/** A home of a server that is not started yet. */
export async function clusterOf(home: string): Promise<Cluster> {
  const layout = await prepareHome(home)
  const binaries = await locateBinaries(layout.folder)
  const privilege = await choosePrivilege(layout.home, binaries.postgres)
  const socketDirectory = socketDirectoryOf(layout)
  return { layout, binaries, privilege, socketDirectory, database: 'sluice', startTimeoutMs: 60_000, answerTimeoutMs: 10_000 }
}

async function copyAsStandby(primary: Cluster, standby: Cluster): Promise<void> {
  const { data } = standby.layout
  execFileSync('cp', ['-a', primary.layout.data, data])
  const conninfo = `host=${primary.socketDirectory} port=${socketPort} user=${superuser}`
  writeFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${conninfo}'\nwal_retrieve_retry_interval = 100ms\n`)
  writeFileSync(join(data, 'standby.signal'), '')
  await settleOwnership(standby)
}

/** Starts a server, with more environment when given, and resolves when it answers. */
export async function launch(
  { layout, binaries, privilege, socketDirectory, database }: Cluster,
  more: Readonly<Record<string, string>> = {},
): Promise<PlainPostgres> {
  await makeSocketDirectory(socketDirectory, privilege.owner)
  const settings = ['listen_addresses=', `port=${socketPort}`, `unix_socket_directories=${socketDirectory}`]
  const [program, ...prefix] = privilege.command('KILL')
  const log = openSync(layout.log, 'a')
  // Not for setpriv, which still is another user.
  const added = Object.entries(more).map(([name, value]) => `${name}=${value}`)
  const args = [...prefix, 'env', ...added, binaries.postgres, '-D', layout.data, ...settings.flatMap((setting) => ['-c', setting])]
  const child = spawn(program, args, {
    cwd: '/',
    env: serverEnvironment(binaries.libraryPath),
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  const ended = once(child, 'exit')
  const connection = connectionTo(socketDirectory, database)
  const answers = () => {
    if (child.exitCode !== null) throw new Error(`PostgreSQL has ended: ${readFileSync(layout.log, 'utf8')}`)
    return query({ ...connection, database: 'postgres' }, 'select 1').then(
      () => true,
      () => false,
    )
  }
  await until(answers, { deadlineMs: 60_000 })
  return {
    connection,
    socket: `${socketDirectory}/.s.PGSQL.${socketPort}`,
    async kill() {
      for (const pid of child.exitCode === null && child.signalCode === null ? [...childrenOf(child.pid!), child.pid!] : []) end(pid)
      await ended
    },
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended by itself, as connections do
  }
}
