import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { walk, type WalkedFile } from '../../engine/clients/object-store/walk.ts'
import { PermanentError } from '../../engine/errors.ts'
import type { ObjectContext } from '../../engine/spec/index.ts'
import type { S3Fields } from './s3-fields.ts'
import { replaceRun } from './run-record.ts'
import { writeOptions } from './write-options.ts'

/** Uploads every file below the local directory and makes them this run's part of the node's. Anything but files and directories is refused
 *  before the first upload: a link could lead to what the pipeline must not publish. */
export async function publishDirectory(fields: S3Fields, directory: string, context: ObjectContext): Promise<void> {
  await refuseLinks(directory)
  const files = await Array.fromAsync(walk(directory))
  if (files.length === 0) context.log.warn(`Nothing was put into the staging directory of ${fields.directoryPath}: nothing is published.`)
  const upload = (file: WalkedFile) => ({
    name: file.name,
    put: (uri: string) => context.clients.objects.write(uri, contents(file), writeOptions(fields, context)),
  })
  await replaceRun(fields, files.map(upload), context)
}

async function refuseLinks(directory: string): Promise<void> {
  if ((await lstat(directory)).isSymbolicLink()) throw refused('The staging directory itself')
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() && !entry.isDirectory()) throw refused(relative(directory, join(entry.parentPath, entry.name)))
  }
}

function refused(what: string): PermanentError {
  return new PermanentError('LinkInOutput', `${what} is a link or a device: only files and directories are published.`)
}

async function* contents({ path, name, size }: WalkedFile): AsyncGenerator<Buffer> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  let sent = 0
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 256 * 1024 })) {
    sent += chunk.length
    yield chunk
  }
  if (sent !== size) throw new Error(`${name} changed while it was uploaded: ${sent} bytes instead of ${size}.`)
}
