import { createHash } from 'node:crypto'
import { chown, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SluiceError } from '../../errors.ts'
import type { Layout } from './cluster.ts'
import type { Uid } from './privilege.ts'

export const socketPort = 5432
/** The longest path the kernel takes for a socket, without its ending zero byte. */
const longestPath = 107

/** Where the home's socket lies: under the home, or in a folder of its own under `temporary` if that path would be too long. */
export function socketDirectoryOf({ folder, home }: Pick<Layout, 'folder' | 'home'>, temporary = tmpdir()): string {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16)
  const candidates = [join(folder, 'socket'), join(temporary, `sluice-${hash}`), `/tmp/sluice-${hash}`]
  return candidates.find((directory) => Buffer.byteLength(`${directory}/.s.PGSQL.${socketPort}`) <= longestPath) ?? '/tmp'
}

/** Makes the directory anew. Only its owner may enter: whoever can is let in without a password. No server may be running. */
export async function makeSocketDirectory(directory: string, owner: Uid): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true }) // under /tmp it may be somebody else's trap
    await mkdir(directory, { mode: 0o700 })
    if (owner.uid !== process.getuid?.()) await chown(directory, owner.uid, owner.gid)
  } catch (error) {
    throw new SluiceError(`The socket folder ${directory} cannot be made: ${error instanceof Error ? error.message : String(error)}.`, {
      exitCode: 3,
      hint: 'Set SLUICE_HOME to a shorter path, or TMPDIR to a folder of yours.',
      cause: error,
    })
  }
}
