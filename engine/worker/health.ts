import { readFileSync } from 'node:fs'
import { readdir, statfs } from 'node:fs/promises'

export interface HealthGateOptions {
  /** Where attempts write; those that are not there yet are passed over. */
  readonly folders: readonly string[]
  /** Hears why no more is taken, once each time. */
  readonly tell: (sentence: string) => void
}

/** A question to be asked before each claim: whether this machine has room for another attempt. One that is short of disk or of file handles would take
 *  task after task and fail each; others can do them. The answer may be a quarter of a second old. */
export function healthGate({ folders, tell }: HealthGateOptions): () => Promise<boolean> {
  let [askedMs, isWell]: [number, Promise<boolean>] = [-Infinity, Promise.resolve(true)]
  let told: string | undefined
  const look = async (): Promise<boolean> => {
    const short = (await shortOfDisk(folders)) ?? (await shortOfHandles())
    if (short !== undefined && told === undefined) tell(`This worker takes no more tasks, what runs goes on: ${short}.`)
    if (short === undefined && told !== undefined) tell('This worker takes tasks again.')
    told = short
    return short === undefined
  }
  return () => {
    const now = performance.now()
    if (now - askedMs > 250) [askedMs, isWell] = [now, look()]
    return isWell
  }
}

const leastBytes = 64 * 2 ** 20
const leastFiles = 100

async function shortOfDisk(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const disk = await statfs(folder).catch(() => undefined)
    if (!disk) continue
    const bytes = disk.bavail * disk.bsize
    if (bytes < leastBytes) return `only ${Math.floor(bytes / 2 ** 20)} MiB are free for ${folder}, fewer than ${leastBytes / 2 ** 20}`
    // Some file systems have no such number, and say 0 of 0.
    if (disk.files > 0 && disk.ffree < leastFiles) return `only ${disk.ffree} more files may be made in ${folder}`
  }
  return undefined
}

/** An attempt needs some for its processes and logs, and the worker for its reports. */
const leastHandles = 32

async function shortOfHandles(): Promise<string | undefined> {
  const limit = handleLimit()
  if (limit === undefined) return undefined
  const used = await readdir('/proc/self/fd').then(
    ({ length }) => length,
    () => limit, // it takes one to look
  )
  return limit - used < leastHandles ? `only ${Math.max(0, limit - used)} of its ${limit} file handles are left` : undefined
}

/** Does not change in the life of a process. */
function handleLimit(): number | undefined {
  knownLimit ??= readLimit()
  return Number.isFinite(knownLimit) ? knownLimit : undefined
}

let knownLimit: number | undefined

function readLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? Infinity)
  } catch {
    return Infinity // not Linux
  }
}
