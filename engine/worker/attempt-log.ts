import { closeSync, createReadStream, mkdirSync, writeSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ObjectStore } from '../clients/object-store.ts'
import type { InstanceIdentity } from '../spec/context.ts'
import { openForAppend } from './process/bounded-output.ts'

/** The most that `Activity.log` takes of one attempt. */
const longestLog = 16 * 2 ** 20

/** The log files of one attempt: `StdOutput`, `StdError`, `Activity.log`. Nothing touches the disk before the first line.
 *  @see spec/behaviour.md 14 */
export class AttemptLogFiles {
  readonly #root: string
  readonly #instance: InstanceIdentity
  readonly #mask: (text: string) => string
  #made = false
  #descriptor: number | undefined
  #written = 0
  #dropped = 0

  constructor(root: string, instance: InstanceIdentity, mask: (text: string) => string = (text) => text) {
    this.#root = root
    this.#instance = instance
    this.#mask = mask
  }

  info(line: string): void {
    this.#write('INFO', line)
  }

  warn(line: string): void {
    this.#write('WARN', line)
  }

  /** Where a file of the attempt stands; the directory exists afterwards. */
  file(name: string): string {
    const directory = join(this.#root, attemptPath(this.#instance))
    if (!this.#made) mkdirSync(directory, { recursive: true, mode: 0o750 })
    this.#made = true
    return join(directory, name)
  }

  /** What came after the log was full is counted, and told in its last line. */
  close(): void {
    if (this.#dropped > 0 && this.#descriptor !== undefined) this.#put(`... dropped ${this.#dropped} lines ...\n`)
    this.#dropped = 0
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  /** Copies what was written under `pipelineLogUri`, in the same layout; nothing when no line was written. */
  async upload(objects: ObjectStore, pipelineLogUri: string): Promise<void> {
    this.close()
    if (!this.#made) return
    const path = attemptPath(this.#instance)
    for (const name of await readdir(join(this.#root, path))) {
      const uri = `${pipelineLogUri.replace(/\/+$/, '')}/${path}/${name}`
      await objects.write(uri, createReadStream(join(this.#root, path, name), { highWaterMark: 256 * 1024 }))
    }
  }

  #write(level: string, line: string): void {
    if (this.#written > longestLog) this.#dropped++
    else this.#put(`${new Date().toISOString()} ${level} ${this.#mask(line)}\n`)
  }

  #put(text: string): void {
    const bytes = Buffer.from(text)
    this.#written += bytes.length
    try {
      this.#descriptor ??= openForAppend(this.file('Activity.log'))
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at)
    } catch {
      this.#written = Infinity // disk full: the log ends here, the attempt goes on
    }
  }
}

/** The folder of an attempt's logs below the logs directory or `pipelineLogUri`:
 *  `<pipelineId>/<componentId>/<instanceId>/<attemptId>`, each one safe as a name of a file. */
export function attemptPath({ pipelineId, componentId, instanceId, attemptNumber }: AttemptPlace): string {
  return [pipelineId, componentId, instanceId, `${instanceId}_Attempt=${attemptNumber}`].map(safeName).join('/')
}

type AttemptPlace = Pick<InstanceIdentity, 'pipelineId' | 'componentId' | 'instanceId' | 'attemptNumber'>

/** Ids are an author's text: what could leave the folder is written as `%XX`. */
function safeName(id: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const safe = id.replace(/[\u0000-\u001f\u007f/\\%]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
  return /^\.{1,2}$/.test(safe) || safe === '' ? `%${safe}` : safe
}
