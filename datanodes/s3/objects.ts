import type { ObjectContext, ObjectSet } from '../../engine/spec/index.ts'
import { parseManifest } from './manifest.ts'
import type { S3Fields } from './s3-fields.ts'

type Entry = ObjectSet['entries'][number]
type Reach = Pick<ObjectContext, 'clients'>

/** Where the records of what runs have published are, below a directory; not data. */
export const recordsDirectory = '_sluice/'

/** Whether the file, the manifest or anything in the directory is there. */
export async function existsAt(fields: S3Fields, { clients }: Reach): Promise<boolean> {
  const file = fields.filePath ?? fields.manifestFilePath
  if (file !== undefined && fields.directoryPath === undefined) return (await clients.objects.head(file)) !== undefined
  for await (const _first of entriesUnder(directoryUri(fields), { clients })) return true
  return false
}

/** The objects that the node means, in key order, or a manifest's own. Rejects when the file is not there. */
export async function objectsOf(fields: S3Fields, context: Reach): Promise<Entry[]> {
  if (fields.filePath !== undefined) return [await fileEntry(fields.filePath, context)]
  if (fields.directoryPath !== undefined) return Array.fromAsync(entriesUnder(directoryUri(fields), context))
  return manifestEntries(fields.manifestFilePath!, context)
}

/** The directory with exactly one slash at its end. */
export function directoryUri({ directoryPath = '' }: S3Fields): string {
  return `${directoryPath.replace(/\/$/, '')}/`
}

/** The data below a directory. Keys that end in a slash are what consoles call folders: they hold nothing. */
async function* entriesUnder(directory: string, { clients }: Reach): AsyncGenerator<Entry> {
  for await (const { uri, size } of clients.objects.list(directory)) {
    const name = uri.slice(directory.length)
    if (name !== '' && !name.endsWith('/') && !name.startsWith(recordsDirectory)) yield { uri, name, size }
  }
}

async function fileEntry(uri: string, { clients }: Reach): Promise<Entry> {
  const facts = await clients.objects.head(uri)
  if (!facts) throw new Error(`${uri} is not there.`)
  return { uri, name: lastPart(uri), size: facts.size }
}

async function manifestEntries(manifest: string, context: Reach): Promise<Entry[]> {
  const listed = parseManifest(await readText(manifest, context), manifest)
  const found = await Promise.all(
    listed.map(async ({ url, mandatory }) => {
      const facts = await context.clients.objects.head(url)
      if (!facts && mandatory) throw new Error(`${url}, which ${manifest} calls mandatory, is not there.`)
      return facts && { uri: url, name: url.replace(/^\w+:\/*/, ''), size: facts.size }
    }),
  )
  return found.filter((entry) => entry !== undefined)
}

/** The whole of a small object as text. */
export async function readText(uri: string, { clients }: Reach): Promise<string> {
  return Buffer.concat(await Array.fromAsync(clients.objects.read(uri))).toString()
}

function lastPart(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1).replace(/^file:/, '') || 'file'
}
