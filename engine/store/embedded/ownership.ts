import { appendFile, chmod, lchown, lstat, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Cluster } from './cluster.ts'
import type { Uid } from './privilege.ts'

/**
 * Lets each file belong to whom it should when root is at work: the data to the server's user, all else to the home's owner.
 * The server's user must not own the folder, else it could put links there for root to write through.
 */
export async function settleOwnership({ layout, privilege }: Cluster): Promise<void> {
  if (process.getuid?.() !== 0) return
  const owner = await stat(layout.home)
  await chmod(layout.folder, privilege.owner.uid === owner.uid ? 0o700 : 0o711)
  await appendFile(layout.log, '', { mode: 0o600 }) // so that it is given too
  for (const name of await readdir(layout.folder)) {
    const path = join(layout.folder, name)
    if (name === basename(layout.data)) await giveTo(path, privilege.owner)
    else if ((await lstat(path)).isFile()) await giveTo(path, owner)
  }
  await lchown(layout.folder, owner.uid, owner.gid)
}

/** Gives a file or a folder with all it holds to a user; what already belongs to that user is not looked into. */
async function giveTo(path: string, { uid, gid }: Uid): Promise<void> {
  const stats = await lstat(path)
  if (stats.uid === uid) return
  if (stats.isDirectory()) for (const name of await readdir(path)) await giveTo(join(path, name), { uid, gid })
  await lchown(path, uid, gid) // last, so that an interrupted walk is taken up again
}
