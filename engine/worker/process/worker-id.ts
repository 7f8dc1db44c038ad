import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { attemptMark, isOrphanMark } from './attempt-mark.ts'

/** An id for a new worker of this process: `<boot id>.<pid namespace>.<pid>.<start>.<random>`. Whoever reads it on the same machine can tell
 *  whether the worker still lives. */
export function newWorkerId(): string {
  return `${bootId()}.${attemptMark(randomUUID())}`
}

/** Whether the worker has certainly died: it ran since the last boot of this very machine, in this pid namespace, and its process is gone.
 *  Of workers elsewhere it is never certain: their leases decide. */
export function hasDied(workerId: string): boolean {
  const boot = bootId()
  return boot !== nowhere && workerId.startsWith(`${boot}.`) && isOrphanMark(workerId.slice(boot.length + 1))
}

const nowhere = 'unknown'

/** Unique to the machine and its last start; machines may share a name. */
function bootId(): string {
  return (ownBootId ??= readBootId())
}

let ownBootId: string | undefined

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return nowhere // not Linux
  }
}
