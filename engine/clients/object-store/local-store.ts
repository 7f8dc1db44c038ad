import { constants } from 'node:fs'
import { lstat, open, unlink } from 'node:fs/promises'
import type { ObjectInfo, ObjectStore } from '../object-store.ts'
import { abortable } from './abortable.ts'
import { ObjectStoreError } from './object-store-error.ts'
import { walk } from './walk.ts'
import { writeAside } from './write-aside.ts'

/** Where the objects of a local store are. Each function throws for a URI that may not be used. */
export interface LocalPlaces {
  /** Absolute path of an object, checked: no link leads it out of where it belongs. */
  path(uri: string): Promise<string>
  /** The directory that a prefix is in, the start of the names wanted from it, and how a name is written as a URI. */
  listing(prefix: string): Promise<{ directory: string; startsWith: string; uri(name: string): string }>
  /** What a directory entry is called in a URI; undefined hides it. */
  nameOf(entry: string): string | undefined
  /** Path, on the same file system, of a file that is not whole yet. */
  aside(path: string, mark: string): string
  /** Called after a delete, to take empty directories away. */
  tidy?(path: string): Promise<void>
  /** Flags for opening a file to read besides O_RDONLY. */
  readonly openFlags: number
}

const chunkSize = 256 * 1024

/** An object store of plain files: written aside, made durable, renamed. */
export function createLocalStore(places: LocalPlaces): ObjectStore {
  const store: ObjectStore = {
    async head(uri) {
      const path = await places.path(uri)
      const file = await openFile(path, uri, places.openFlags).catch(unlessNotFound)
      if (!file) return undefined
      await file.handle.close()
      return info(uri, file)
    },

    async *list(prefix) {
      const { directory, startsWith, uri } = await places.listing(prefix)
      for await (const file of walk(directory, { startsWith, nameOf: places.nameOf })) yield info(uri(file.name), file)
    },

    async *read(uri, signal) {
      const file = await openFile(await places.path(uri), uri, places.openFlags)
      try {
        let sent = 0
        while (sent < file.size) {
          signal?.throwIfAborted()
          const { bytesRead, buffer } = await file.handle.read(Buffer.allocUnsafeSlow(Math.min(chunkSize, file.size - sent)))
          if (bytesRead === 0) throw new ObjectStoreError('CutShort', `${uri} ended after ${sent} of ${file.size} bytes.`)
          sent += bytesRead
          yield buffer.subarray(0, bytesRead)
        }
      } finally {
        await file.handle.close()
      }
    },

    async write(uri, chunks, options = {}) {
      const path = await places.path(uri)
      const fill = async (handle: { writeFile(data: AsyncIterable<Buffer>): Promise<void> }) => {
        await handle.writeFile(abortable(chunks, options.signal))
      }
      await writeAside(path, (mark) => places.aside(path, mark), fill, options).catch((error) => refuse(uri, error))
      return info(uri, await lstat(path))
    },

    copy: (from, to, options) => store.write(to, store.read(from, options?.signal), options),

    async delete(uri) {
      const path = await places.path(uri)
      await unlink(path).catch(unlessNotFound)
      await places.tidy?.(path)
    },
  }
  return store
}

async function openFile(path: string, uri: string, flags: number) {
  // O_NONBLOCK: a named pipe must not hang the one who opens it
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags).catch((error) => refuse(uri, error))
  try {
    const facts = await handle.stat()
    if (!facts.isFile())
      throw new ObjectStoreError(facts.isDirectory() ? 'NotFound' : 'Invalid', `${uri} is not there: a directory or device has its name.`)
    return { handle, size: facts.size, mtimeMs: facts.mtimeMs }
  } catch (error) {
    await handle.close()
    throw error
  }
}

function info(uri: string, { size, mtimeMs }: { size: number; mtimeMs: number }): ObjectInfo {
  return { uri, size, etag: `${size.toString(16)}-${Math.trunc(mtimeMs * 1000).toString(16)}` }
}

function unlessNotFound(error: Error): undefined {
  if (error instanceof ObjectStoreError ? error.code === 'NotFound' : isGone(error)) return undefined
  throw error
}

function isGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR'
}

/** The operating system's refusal in words; anything else as it is. */
function refuse(uri: string, error: NodeJS.ErrnoException): never {
  const options = { cause: error }
  if (error.code === 'ELOOP') throw new ObjectStoreError('Invalid', `${uri} is a symbolic link, which is not followed.`, options)
  if (error.code === 'EACCES' || error.code === 'EPERM') throw new ObjectStoreError('NoPermission', `No permission for ${uri}.`, options)
  if (error.code === 'ENAMETOOLONG') throw new ObjectStoreError('Invalid', `A part of ${uri} is longer than a file name may be.`, options)
  if (error.syscall === 'open' && isGone(error)) throw new ObjectStoreError('NotFound', `${uri} is not there.`, options)
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    throw new ObjectStoreError('Other', `No space left on the disk for ${uri}.`, options)
  if (['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY'].includes(error.code ?? '')) {
    throw new ObjectStoreError('Invalid', `${uri} cannot be a file: another object uses its name, or a part of it, otherwise.`, options)
  }
  throw error
}
