import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a server says of itself in its data directory. It may be stale: nothing removes it from under a killed server. */
export interface PostmasterFile {
  readonly pid: number
  readonly socketDirectory: string
  readonly status: 'starting' | 'ready' | 'stopping' | 'standby' | undefined
}

/** The contents of `postmaster.pid`, or nothing if there is none or it is not yet whole.
 *  @see PostgreSQL's source, src/include/utils/pidfile.h */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(nothingIfMissing))?.split('\n')
  if (lines === undefined || lines.length < 6) return undefined
  return {
    pid: Number(lines[0]),
    socketDirectory: lines[4] ?? '',
    status: (lines[7]?.trim() || undefined) as PostmasterFile['status'],
  }
}

function nothingIfMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
