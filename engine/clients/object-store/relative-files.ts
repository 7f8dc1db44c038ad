import { isAbsolute, join } from 'node:path'
import type { ObjectInfo, ObjectStore } from '../object-store.ts'

/** The same store, where a relative `file:` path starts from `directory`: the folder of the definition that names it.
 *  What is listed begins with the prefix as it was asked for, so that names below it can be told. */
export function relativeTo(objects: ObjectStore, directory: string): ObjectStore {
  const at = (uri: string): string => resolveFile(uri, directory)
  return {
    head: (uri) => objects.head(at(uri)),
    list: (prefix) => listed(objects, at(prefix), prefix),
    read: (uri, signal) => objects.read(at(uri), signal),
    write: (uri, chunks, options) => objects.write(at(uri), chunks, options),
    copy: (from, to, options) => objects.copy(at(from), at(to), options),
    delete: (uri) => objects.delete(at(uri)),
  }
}

async function* listed(objects: ObjectStore, resolved: string, prefix: string): AsyncGenerator<ObjectInfo> {
  for await (const info of objects.list(resolved)) yield { ...info, uri: prefix + info.uri.slice(resolved.length) }
}

/** Other URIs and absolute paths stay as they are; a closing slash, which says "directory", stays too. */
function resolveFile(uri: string, directory: string): string {
  const path = /^file:(?!\/)(.*)$/s.exec(uri)?.[1]
  return path === undefined || isAbsolute(path) ? uri : `file:${join(directory, path)}`
}
