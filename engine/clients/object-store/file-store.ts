import { dirname, basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ObjectStore } from '../object-store.ts'
import { createLocalStore } from './local-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

/** Files of this machine by `file:path`; relative paths start from `baseDirectory`, and `file:///path` is decoded as a URL.
 *  Links are followed: these are the user's own files. */
export function createFileStore(baseDirectory: string): ObjectStore {
  return createLocalStore({
    openFlags: 0,
    path: async (uri) => pathOf(baseDirectory, uri),
    nameOf: (entry) => (/^\..*\.sluice-[\w-]+$/.test(entry) ? undefined : entry),
    // beside the target, since only there the file system is surely the same
    aside: (path, mark) => join(dirname(path), `.${basename(path).slice(0, 100)}.sluice-${mark}`),

    async listing(prefix) {
      const slash = prefix.lastIndexOf('/') + 1
      const start = slash === 0 ? 'file:' : prefix.slice(0, slash)
      const isUrl = prefix.startsWith('file://')
      return {
        directory: pathOf(baseDirectory, slash === 0 ? 'file:.' : start),
        startsWith: isUrl ? decodeURIComponent(prefix.slice(start.length)) : prefix.slice(start.length),
        uri: (name) => start + (isUrl ? encodeURI(name).replaceAll(/[?#]/g, encodeURIComponent) : name),
      }
    },
  })
}

function pathOf(baseDirectory: string, uri: string): string {
  const path = uri.startsWith('file://') ? fileURLToPath(uri) : uri.replace(/^file:/, '')
  if (path === '' || path.includes('\0'))
    throw new ObjectStoreError('Invalid', `${JSON.stringify(uri)} is not a file such as file:data/orders.csv.`)
  return resolve(baseDirectory, path)
}
