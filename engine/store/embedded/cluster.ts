import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { homeNotUsable } from './failures.ts'
import type { Binaries } from './locate-binaries.ts'
import type { Privilege } from './privilege.ts'

/** Where the embedded server keeps what under a home. All paths are absolute and free of symbolic links. */
export interface Layout {
  readonly home: string
  /** Everything of the embedded server. Nobody but the owner of the home may list or change it. */
  readonly folder: string
  readonly data: string
  readonly log: string
  /** Locked by the command that owns the server, for as long as it owns it. */
  readonly ownerLock: string
  /** Locked by the server's own processes: free means that none of them is left. */
  readonly serverLock: string
}

/** A home together with what runs its server. */
export interface Cluster {
  readonly layout: Layout
  readonly binaries: Binaries
  readonly privilege: Privilege
  readonly socketDirectory: string
  /** The database made at the first start, which `connection` names. */
  readonly database: string
  /** How long a start may take, recovery included. */
  readonly startTimeoutMs: number
  /** How long a server that says it is ready may leave a connection unanswered. */
  readonly answerTimeoutMs: number
}

/** The layout of a home, which exists and has its folder afterwards. */
export async function prepareHome(home: string): Promise<Layout> {
  try {
    // Root's server runs as another user, who must pass through the home but need not list it.
    await mkdir(home, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    const real = await realpath(home)
    const folder = join(real, 'postgres')
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return {
      home: real,
      folder,
      data: join(folder, 'data'),
      log: join(folder, 'server.log'),
      ownerLock: join(folder, 'owner.lock'),
      serverLock: join(folder, 'server.lock'),
    }
  } catch (error) {
    throw homeNotUsable(home, error)
  }
}
