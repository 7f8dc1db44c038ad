import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { startEmbedded } from '../../engine/store/embedded/embedded.ts'

/** One PostgreSQL and one Redis for everything that is measured, ours and the peers' alike: both durable as shipped
 *  (synchronous commits; append-only file written every second). */
export interface Servers extends AsyncDisposable {
  /** URL of a database, made when it is not there. */
  databaseUrl(name: string): Promise<string>
  readonly redisUrl: string
}

export async function startServers(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  const postgres = await startEmbedded(join(folder, 'home'))
  const redis = await startRedis(folder)
  return {
    redisUrl: redis.url,
    async databaseUrl(name) {
      await postgres.ensureDatabase(name)
      const { host, port, user } = postgres.connection
      return `postgresql://${user}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([redis.stop(), postgres.stop()])
      await rm(folder, { recursive: true })
    },
  }
}

async function startRedis(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const socket = join(folder, 'redis.sock')
  const options = { port: '0', unixsocket: socket, dir: folder, save: '', appendonly: 'yes', appendfsync: 'everysec' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await readyLine(child.stdout, 'ready to accept connections')
  return {
    url: socket,
    async stop() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

async function readyLine(output: AsyncIterable<Buffer>, text: string): Promise<void> {
  for await (const chunk of output) if (chunk.toString().includes(text)) return
  throw new Error('redis-server ended before it was ready: is it installed (apt-get install redis-server)?')
}
