import { spawnSync } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { SluiceError } from '../../errors.ts'

export interface Uid {
  readonly uid: number
  readonly gid: number
}

/** How a server process is started without root's rights, which PostgreSQL refuses to run with. */
export interface Privilege {
  /** Put before a command: it then runs as the owner, by the same pid, and gets the signal when this process ends. */
  command(pdeathsig: 'INT' | 'KILL'): [program: string, ...args: string[]]
  /** Who must own the data directory and the socket directory, as this process sees users. */
  readonly owner: Uid
  readonly way: 'direct' | 'setpriv' | 'user namespace'
}

/** `nobody` on every Linux. initdb insists on a user that has a name. */
const nobody = 65534

/** The way to run `binary` on `home`: directly, as another user, or in a user namespace where root is called nobody. */
export async function choosePrivilege(home: string, binary: string): Promise<Privilege> {
  const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  if (me.uid !== 0) return hasName() ? direct(me) : mapped(me, `the user ${me.uid} has no name in /etc/passwd`)
  const { uid, gid } = await stat(home)
  const owner = uid === 0 ? { uid: nobody, gid: nobody } : { uid, gid } // under sudo the home stays the user's own
  const barrier = (await barrierFor(owner, home)) ?? (await barrierFor(owner, dirname(binary)))
  if (barrier === undefined) return as(owner)
  if (uid !== 0) throw cannotRun(`the user ${uid}, who owns ${home}, may not enter ${barrier}`)
  return mapped(me, `the user ${nobody} may not enter ${barrier}`)
}

function direct(owner: Uid): Privilege {
  return { way: 'direct', owner, command: (signal) => ['setpriv', '--pdeathsig', signal, '--'] }
}

function as(owner: Uid): Privilege {
  const user = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups']
  return { way: 'setpriv', owner, command: (signal) => ['setpriv', ...user, '--pdeathsig', signal, '--'] }
}

function mapped(owner: Uid, why: string): Privilege {
  const namespace = ['--user', `--map-user=${nobody}`, '--']
  // Containers and hardened kernels forbid it: only trying tells.
  if (spawnSync('unshare', [...namespace, 'true']).status !== 0) throw cannotRun(`${why}, and this system forbids user namespaces`)
  return { way: 'user namespace', owner, command: (signal) => ['unshare', ...namespace, 'setpriv', '--pdeathsig', signal, '--'] }
}

function cannotRun(why: string): SluiceError {
  return new SluiceError(`PostgreSQL does not run as root, and it cannot run as another user here: ${why}.`, {
    exitCode: 3,
    hint: 'Run Sluice as an ordinary user, set SLUICE_HOME to a folder every user may enter (such as /var/lib/sluice), or set SLUICE_DATABASE_URL.',
  })
}

/** The outermost folder on the way to `path` that a user may not enter. */
async function barrierFor({ uid, gid }: Uid, path: string): Promise<string | undefined> {
  const parent = dirname(path)
  const outer = parent === path ? undefined : await barrierFor({ uid, gid }, parent)
  if (outer !== undefined) return outer
  const stats = await stat(path)
  const bit = stats.uid === uid ? 0o100 : stats.gid === gid ? 0o010 : 0o001
  return stats.mode & bit ? undefined : path
}

function hasName(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false // userInfo throws for a user that /etc/passwd does not know
  }
}
