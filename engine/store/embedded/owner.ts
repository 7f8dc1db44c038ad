import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The process id of the command that owns the server of a home, for sentences; undefined when none can be read. */
export async function ownerOf(home: string): Promise<number | undefined> {
  const text = await readFile(join(home, 'postgres', 'owner.lock'), 'utf8').catch(() => '')
  return Number(text.trim()) || undefined
}
