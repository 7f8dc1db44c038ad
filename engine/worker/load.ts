import { createWriteStream } from 'node:fs'
import { basename, isAbsolute, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ObjectStore } from '../clients/object-store.ts'
import { PermanentError } from '../errors.ts'
import type { Script } from '../spec/context.ts'

export interface LoadSurroundings {
  readonly objects: ObjectStore
  readonly signal: AbortSignal
  /** Folder that relative `file:` paths start from; absent when the definition came over the wire. */
  readonly definitionDirectory?: string
  workDirectory(): string
}

/** The script that a field gives as text or as a place: text is passed on, a place is downloaded into the work directory. */
export async function loadScript(
  { inline, uri }: { readonly inline?: string; readonly uri?: string },
  surroundings: LoadSurroundings,
): Promise<Script> {
  if (inline !== undefined) return { text: inline }
  if (uri === undefined) throw new PermanentError('InvalidScript', 'There is neither a command nor a script to run.')
  const from = absolute(uri, surroundings.definitionDirectory)
  const file = join(surroundings.workDirectory(), scriptName(from))
  const { objects, signal } = surroundings
  await pipeline(objects.read(from, signal), createWriteStream(file, { mode: 0o700, flags: 'w' }), { signal })
  return { file }
}

function absolute(uri: string, definitionDirectory: string | undefined): string {
  if (!uri.startsWith('file:')) return uri
  const path = uri.slice('file:'.length).replace(/^\/\/(?=\/)/, '')
  if (isAbsolute(path)) return `file:${path}`
  if (definitionDirectory !== undefined) return `file:${join(definitionDirectory, path)}`
  throw new PermanentError(
    'InvalidScript',
    `${uri} is a relative path, but the definition was not read from a folder. Give it an absolute path.`,
  )
}

/** The name helps those who read a process list; nothing of it can leave the directory. */
function scriptName(uri: string): string {
  return `script-${basename(uri)
    .replace(/[^\w.-]/g, '_')
    .slice(-100)}`
}
