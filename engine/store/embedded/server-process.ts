import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { held, serverFailed } from './failures.ts'
import type { FileLock } from './file-lock.ts'
import { serverEnvironment } from './initialise.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { socketPort } from './socket-directory.ts'

export interface ServerProcess {
  readonly pid: number
  /** Settles when the process has ended, whatever ended it. */
  readonly ended: Promise<void>
}

const lookEveryMs = 5

/** Starts the server and resolves when it accepts connections. The server holds `lock` from then on, and ends with this process. */
export async function startServer(cluster: Cluster, lock: FileLock): Promise<ServerProcess> {
  const log = openServerLog(cluster.layout.log)
  const child = launch(cluster, lock, log)
  const ended = endOf(child)
  child.unref() // a program that forgets to stop the server may still end, and the server ends with it
  try {
    await ready(cluster, child, log)
  } catch (error) {
    child.kill('SIGQUIT')
    log.close()
    throw error
  }
  void ended.then(() => log.close())
  return { pid: child.pid ?? 0, ended }
}

function launch({ layout, binaries, privilege, socketDirectory }: Cluster, lock: FileLock, log: ServerLog): ChildProcess {
  const settings = {
    listen_addresses: '',
    port: String(socketPort),
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
  }
  const [program, ...prefix] = privilege.command('INT') // INT is PostgreSQL's fast shutdown
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(program, [...prefix, binaries.postgres, '-D', layout.data, ...args], {
    cwd: '/',
    detached: true, // Ctrl-C is for the command, which stops the server when its work is put away
    env: serverEnvironment(binaries.libraryPath),
    stdio: ['ignore', log.fd, log.fd, lock.fd],
  })
}

/** Resolves when the data directory says that this very child is ready: an orphan of an earlier command may answer on the socket. */
async function ready({ layout, startTimeoutMs }: Cluster, child: ChildProcess, log: ServerLog): Promise<void> {
  let failure: Error | undefined
  child.once('error', (error) => (failure = error))
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await delay(lookEveryMs)) {
    if (failure !== undefined || child.exitCode !== null || child.signalCode !== null) {
      throw serverFailed(layout.home, 'Starting the embedded PostgreSQL', log.tail() || (failure?.message ?? ''), failure)
    }
    const file = await readPostmasterFile(layout.data)
    if (file?.pid === child.pid && file?.status === 'ready') return
  }
  throw held(layout.home, `the server ${child.pid}, which has been starting for ${startTimeoutMs / 1000} s`)
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
}
