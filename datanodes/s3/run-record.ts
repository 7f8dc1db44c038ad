import { z } from 'zod'
import type { ObjectInfo } from '../../engine/clients/object-store.ts'
import { formatDateTime } from '../../engine/spec/date-time.ts'
import type { ObjectContext } from '../../engine/spec/index.ts'
import type { S3Fields } from './s3-fields.ts'
import { inParallel } from './in-parallel.ts'
import { directoryUri, readText, recordsDirectory } from './objects.ts'
import { writeOptions } from './write-options.ts'

/** One file to make in a directory. */
export interface NewFile {
  readonly name: string
  put(uri: string): Promise<ObjectInfo>
}

const recordSchema = z.object({ state: z.enum(['publishing', 'published']), files: z.array(z.string()) })

/** Makes the files this run's part of the directory, and removes what earlier tries or reruns of the same run had put there; other
 *  runs' files stay. Resolves to the number of bytes.
 *
 *  A record, `_sluice/<run>.json`, is written before the first file, naming all that there may be, and after the last one: so whatever
 *  a try that was cut off left behind is known to the next, and a reader can tell a whole run from a part. */
export async function replaceRun(fields: S3Fields, files: readonly NewFile[], context: ObjectContext): Promise<number> {
  const { objects } = context.clients
  const directory = directoryUri(fields)
  const record = `${directory}${recordsDirectory}${runName(context)}.json`
  const names = files.map(({ name }) => name)
  const before = await recordedFiles(record, context)
  await writeRecord(record, { state: 'publishing', files: [...new Set([...before, ...names])] }, fields, context)

  let bytes = 0
  await inParallel(files, async ({ name, put }) => {
    const { size } = await put(directory + name)
    bytes += size
    context.progress({ bytes, note: 'publishing' })
  })

  const kept = new Set(names)
  await context.checkFence()
  await inParallel(
    before.filter((name) => !kept.has(name)),
    (name) => objects.delete(directory + name),
  )
  await writeRecord(record, { state: 'published', files: names }, fields, context)
  return bytes
}

/** The same for every try and rerun of an activity's run: `export-20260101T020000`. */
export function runName({ instance }: Pick<ObjectContext, 'instance'>): string {
  const time = formatDateTime(instance.scheduledStartTime).replaceAll(/[-:]/g, '')
  return `${instance.componentId.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_')}-${time}`
}

async function recordedFiles(record: string, context: ObjectContext): Promise<string[]> {
  if (!(await context.clients.objects.head(record))) return []
  return recordSchema.parse(JSON.parse(await readText(record, context))).files
}

async function writeRecord(uri: string, record: z.infer<typeof recordSchema>, fields: S3Fields, context: ObjectContext): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(record, undefined, 1)}\n`)
  await context.clients.objects.write(uri, once(body), { ...writeOptions(fields, context), contentType: 'application/json' })
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  yield body
}
