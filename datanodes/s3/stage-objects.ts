import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PermanentError } from '../../engine/errors.ts'
import type { ObjectContext, ObjectSet } from '../../engine/spec/index.ts'
import type { S3Fields } from './s3-fields.ts'
import { inParallel } from './in-parallel.ts'
import { objectsOf } from './objects.ts'

type Entry = ObjectSet['entries'][number]

/** Downloads the objects, as they are, into the empty directory: one file, or the tree. No key leads out of it. */
export async function stageObjects(fields: S3Fields, directory: string, context: ObjectContext): Promise<void> {
  const entries = await objectsOf(fields, context)
  if (entries.length === 0) context.log.warn(`${fields.directoryPath ?? fields.manifestFilePath} is empty: so is its staging directory.`)
  let bytes = 0
  await inParallel(entries, async (entry) => {
    await download(entry, join(directory, ...safeParts(entry)), context)
    bytes += entry.size
    context.progress({ bytes, note: 'staging' })
  })
}

/** The parts of the object's name as file names: empty parts are left out, as `aws s3 sync` does. */
function safeParts({ name, uri }: Entry): string[] {
  const parts = name.split('/').filter((part) => part !== '')
  if (parts.length > 0 && !parts.some((part) => part === '.' || part === '..' || part.includes('\0'))) return parts
  throw new PermanentError('UnsafeKey', `${JSON.stringify(uri)} cannot be staged: a part of its key is no file name.`)
}

async function download({ uri }: Entry, path: string, { clients, signal }: ObjectContext): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    // `wx` takes no link and no file that another key has made
    await using file = await open(path, 'wx')
    await file.writeFile(clients.objects.read(uri, signal))
  } catch (error) {
    if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new PermanentError('KeysCollide', `${uri} cannot be staged: another object has the same file name, or a part of it.`, {
      cause: error,
    })
  }
}
