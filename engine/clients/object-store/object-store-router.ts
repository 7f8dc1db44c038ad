import type { ObjectStore } from '../object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'

/** One store that hands each URI to the store of its scheme: `s3`, `file`. Between two stores a copy is a stream. */
export function routeObjects(stores: { readonly s3: ObjectStore; readonly file: ObjectStore }): ObjectStore {
  const storeOf = (uri: string): ObjectStore => {
    if (/^s3[an]?:/.test(uri)) return stores.s3
    if (uri.startsWith('file:')) return stores.file
    throw new ObjectStoreError('Invalid', `${JSON.stringify(uri)} is neither s3://bucket/key nor file:path.`)
  }
  return {
    head: async (uri) => storeOf(uri).head(uri),
    list: (prefix) => storeOf(prefix).list(prefix),
    read: (uri, signal) => storeOf(uri).read(uri, signal),
    write: async (uri, chunks, options) => storeOf(uri).write(uri, chunks, options),
    async copy(from, to, options) {
      const [source, target] = [storeOf(from), storeOf(to)]
      return source === target ? target.copy(from, to, options) : target.write(to, source.read(from, options?.signal), options)
    },
    delete: async (uri) => storeOf(uri).delete(uri),
  }
}
