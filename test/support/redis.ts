import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { says } from './says.ts'

export interface TestRedis extends AsyncDisposable {
  /** What `SLUICE_REDIS_URL` may be: the path of its socket. */
  readonly url: string
  /** Where it keeps its files. */
  readonly folder: string
  /** Kills the server with SIGKILL. */
  kill(): Promise<void>
  /** Starts it again, empty, on the same socket. */
  start(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A Redis of the test's own, without persistence, on a socket in a temporary folder. `args` are added to its command line. */
export async function startRedis(args: readonly string[] = []): Promise<TestRedis> {
  if (spawnSync('redis-server', ['--version']).error) throw new Error('These tests need redis-server: run `apt-get install redis-server`.')
  const folder = await mkdtemp(join(tmpdir(), 'sluice-redis-'))
  const socket = join(folder, 's')
  let server = await launch(socket, folder, args)

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGKILL')
    await once(server, 'exit')
  }

  return {
    url: socket,
    folder,
    kill,
    async start() {
      server = await launch(socket, folder, args)
    },
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(folder, { recursive: true })
    },
  }
}

/** Resolves when the server says that it accepts connections. */
async function launch(socket: string, folder: string, args: readonly string[]): Promise<ChildProcess> {
  const options = ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', '', '--appendonly', 'no', ...args]
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
  await says(server.stdout, /ready to accept connections/i, 'redis-server')
  return server
}
