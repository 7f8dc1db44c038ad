import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WriteOptions } from '../object-store.ts'

/** Fills a file aside with `fill`, makes it durable, asks `publish`, and only then gives it the name `path`.
 *  Until then, and for ever when anything fails, whoever opens `path` sees what was there before. */
export async function writeAside(
  path: string,
  aside: (mark: string) => string,
  fill: (file: FileHandle) => Promise<void>,
  { attemptKey = 'sluice', publish, signal }: WriteOptions,
): Promise<void> {
  const temporary = aside(`${attemptKey}-${randomBytes(6).toString('hex')}`)
  await makeDirectory(dirname(temporary))
  try {
    const file = await open(temporary, 'wx')
    try {
      await fill(file)
      await file.sync()
    } finally {
      await file.close()
    }
    signal?.throwIfAborted()
    await publish?.()
    await moveInto(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Renames durably. A delete beside us may take the empty directory away in between: then it is made again. */
async function moveInto(temporary: string, path: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await makeDirectory(dirname(path))
      await rename(temporary, path)
      return await syncDirectory(dirname(path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 5) throw error
    }
  }
}

/** Makes a directory and what is missing above it, each entry durable. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true })
  if (first === undefined) return
  for (let made = directory; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made))
}

/** A rename is durable only when the directory that holds the name is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
