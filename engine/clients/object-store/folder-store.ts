import { constants } from 'node:fs'
import { realpath, rmdir } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { ObjectStore } from '../object-store.ts'
import { createLocalStore } from './local-store.ts'
import { ObjectStoreError } from './object-store-error.ts'
import { formatS3Uri, parseS3Object, parseS3Uri, type S3Location } from './s3-uri.ts'

/** S3 without S3: `s3://bucket/key` is the file `<folder>/bucket/key`, and a bucket is there once something is in it.
 *  Files put there by hand count. No key, and no link, leads out of the folder. */
export function createFolderStore(place: string): ObjectStore {
  const folder = resolve(place)
  return createLocalStore({
    openFlags: constants.O_NOFOLLOW,
    nameOf: decodeName,
    // no bucket's name begins with a dot
    aside: (_path, mark) => join(folder, '.aside', mark),

    async path(uri) {
      const path = pathOf(folder, parseS3Object(uri), uri)
      await checkInside(folder, dirname(path), uri)
      return path
    },

    async listing(prefix) {
      const { bucket, key } = parseS3Uri(prefix)
      const slash = key.lastIndexOf('/') + 1
      const directory = slash === 0 ? join(folder, bucket) : dirname(pathOf(folder, { bucket, key: key.slice(0, slash) }, prefix))
      await checkInside(folder, directory, prefix)
      return { directory, startsWith: key.slice(slash), uri: (name) => formatS3Uri({ bucket, key: key.slice(0, slash) + name }) }
    },

    /** S3 has no empty directories. */
    async tidy(path) {
      for (let directory = dirname(path); directory.startsWith(folder + sep); directory = dirname(directory)) {
        const removed = await rmdir(directory).then(() => true, stillUsed)
        if (!removed) return
      }
    },
  })
}

function pathOf(folder: string, { bucket, key }: S3Location, uri: string): string {
  const names = key.split('/').map((name, index, all) => encodeName(name, index === all.length - 1, uri))
  return [folder, bucket, ...names].join(sep)
}

/** S3 keys may have empty parts (`a//b`, `dir/`), which no file name can be: they become the directory `%2F` and the file `%00`,
 *  and a name of that form gets one more `%`. */
function encodeName(name: string, isLast: boolean, uri: string): string {
  if (name === '.' || name === '..' || name.includes('\0')) {
    throw new ObjectStoreError('Invalid', `${JSON.stringify(uri)} has a part that no file name can be: ".", ".." or NUL.`)
  }
  if (name === '') return isLast ? '%00' : '%2F'
  return /^%+(2F|00)$/.test(name) ? `%${name}` : name
}

function decodeName(entry: string): string {
  if (entry === '%2F' || entry === '%00') return ''
  return /^%%+(2F|00)$/.test(entry) ? entry.slice(1) : entry
}

/** Rejects when a link on the way leads out of the folder. What is not there yet cannot. */
async function checkInside(folder: string, directory: string, uri: string): Promise<void> {
  const root = await resolved(folder)
  if (root === undefined) return
  for (let existing = directory; existing.length > folder.length; existing = dirname(existing)) {
    const real = await resolved(existing)
    if (real === undefined) continue
    if (real !== root && !real.startsWith(root + sep))
      throw new ObjectStoreError('Invalid', `${uri} is behind a symbolic link that leads out of ${folder}.`)
    return
  }
}

async function resolved(path: string): Promise<string | undefined> {
  try {
    return await realpath(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
    throw error
  }
}

function stillUsed(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOTEMPTY' || error.code === 'ENOENT' || error.code === 'ENOTDIR') return false
  throw error
}
