import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Contestant } from './interleave.ts'

/** Another engine, up and connected to a database of its own. */
export interface Peer extends AsyncDisposable {
  /** Milliseconds of a chain of `length` no-ops, each begun when the one before it has ended; the state of each is durable. */
  chain(length: number): Promise<number>
}

export interface PeerDriver {
  readonly name: string
  /** Installs the engine when it is missing, and starts it warm. */
  open(databaseUrl: string): Promise<Peer>
}

/** Chains run and thrown away before the one that counts, by every contestant: compiled code, cached plans and open connections are what a
 *  running engine has. */
export const warmUps = 5

/** A chain on a peer that is started for it, warmed up, and stopped after it: one engine is up at a time. */
export function peerChain({ name, open }: PeerDriver, databaseUrl: string, length: number): Contestant {
  return {
    name,
    async measure() {
      await using peer = await open(databaseUrl)
      for (let round = 0; round < warmUps; round++) await peer.chain(length)
      return await peer.chain(length) // else it would be stopped first
    },
  }
}

/** Milliseconds until `start` was called and the promise it returns is fulfilled. */
export async function timed(start: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await start()
  return performance.now() - begin
}

const folder = join(import.meta.dirname, '..')

/** The package of a peer, installed with all others when missing. `T` is what its driver uses of it: the packages are not in the
 *  product's lock, so their own types are not there when the product is checked. */
export async function loadPeer<T>(name: string): Promise<T> {
  if (!existsSync(join(folder, 'node_modules', name))) installPeers()
  return (await import(import.meta.resolve(name, import.meta.url))) as T
}

function installPeers(): void {
  console.log('Installing the engines to measure beside (bench/package-lock.json) ...')
  const npm = process.env.npm_execpath
  const [command, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm]
  const { status } = spawnSync(command ?? 'npm', [...before, 'ci', '--prefix', folder, '--ignore-scripts'], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The engines to measure beside could not be installed; see above.')
}
