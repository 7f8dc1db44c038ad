import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** One file below a directory. */
export interface WalkedFile {
  readonly path: string
  /** Names from the start of the walk, `/` between them. */
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
}

export interface WalkOptions {
  /** Only names that begin so. */
  readonly startsWith?: string
  /** What a directory entry is called; undefined leaves it out. */
  readonly nameOf?: (entry: string) => string | undefined
}

/** Plain files below a directory in the order of their names' bytes, as S3 lists keys. Links are not followed, and not listed. */
export async function* walk(
  directory: string,
  { startsWith = '', nameOf = (entry) => entry }: WalkOptions = {},
): AsyncGenerator<WalkedFile> {
  for (const { entry, name } of await inKeyOrder(directory, nameOf)) {
    if (!name.startsWith(startsWith)) continue
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      for await (const file of walk(path, { nameOf })) yield { ...file, name: `${name}/${file.name}` }
    } else if (entry.isFile()) {
      const facts = await lstat(path).catch(unlessGone)
      if (facts?.isFile()) yield { path, name, size: facts.size, mtimeMs: facts.mtimeMs }
    }
  }
}

async function inKeyOrder(directory: string, nameOf: NonNullable<WalkOptions['nameOf']>) {
  const entries = (await readdir(directory, { withFileTypes: true }).catch(unlessGone)) ?? []
  return entries
    .map((entry) => ({ entry, name: nameOf(entry.name) }))
    .filter((named): named is { entry: Dirent; name: string } => named.name !== undefined)
    .map((named) => ({ ...named, order: Buffer.from(named.entry.isDirectory() ? `${named.name}/` : named.name) }))
    .toSorted((a, b) => a.order.compare(b.order))
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
  throw error
}
