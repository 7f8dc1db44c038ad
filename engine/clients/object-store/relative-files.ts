import { isAbsolute, join } from 'node:path'
import type { ObjectStore } from '../object-store.ts'

/** The same store, where a relative `file:` path starts from `directory`: the folder of the definition that names it. */
export function relativeTo(objects: ObjectStore, directory: string): ObjectStore {
  const at = (uri: string): string => resolveFile(uri, directory)
  return {
    head: (uri) => objects.head(at(uri)),
    list: (prefix) => objects.list(at(prefix)),
    read: (uri, signal) => objects.read(at(uri), signal),
    write: (uri, chunks, options) => objects.write(at(uri), chunks, options),
    copy: (from, to, options) => objects.copy(at(from), at(to), options),
    delete: (uri) => objects.delete(at(uri)),
  }
}

/** Other URIs and absolute paths stay as they are; a closing slash, which says "directory", stays too. */
function resolveFile(uri: string, directory: string): string {
  const path = /^file:(?!\/)(.*)$/s.exec(uri)?.[1]
  return path === undefined || isAbsolute(path) ? uri : `file:${join(directory, path)}`
}
