import { closeSync, constants, openSync, writeSync } from 'node:fs'

/** How much of a child's output is kept: the beginning on disk as it comes, and the end, which tells most when things fail. */
export interface OutputLimits {
  readonly headBytes: number
  readonly tailBytes: number
}

export const usualLimits: OutputLimits = { headBytes: 16 * 2 ** 20, tailBytes: 256 * 1024 }

/** A log file that takes any flood in bounded memory and disk: what is between head and tail is counted, not kept.
 *  A disk that is full stops the writing, never the child. */
export class BoundedOutput {
  readonly #file: string
  readonly #limits: OutputLimits
  #descriptor: number | undefined
  #headLeft: number
  #tail: Buffer[] = []
  #tailBytes = 0
  #dropped = 0
  /** Why nothing more can be written. */
  #broken: string | undefined

  constructor(file: string, limits: OutputLimits = usualLimits) {
    this.#file = file
    this.#limits = limits
    this.#headLeft = limits.headBytes
  }

  write(chunk: Buffer): void {
    const head = chunk.subarray(0, this.#headLeft)
    if (head.length > 0) this.#put(head)
    this.#headLeft -= head.length
    if (head.length < chunk.length) this.#remember(chunk.subarray(head.length))
  }

  /** What is missing in the file, in words; undefined when nothing is. Asked after it is closed. */
  get missing(): string | undefined {
    if (this.#broken !== undefined) return `could not be written to its end: ${this.#broken}.`
    if (this.#dropped > 0) return `has only the beginning and the end of what was written: ${this.#dropped} bytes between were dropped.`
    return undefined
  }

  /** Writes the line about what was dropped, and the tail. */
  close(): void {
    if (this.#dropped > 0) this.#put(Buffer.from(`\n... dropped ${this.#dropped} bytes ...\n`))
    for (const chunk of this.#tail) this.#put(chunk)
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#tail = []
  }

  #remember(chunk: Buffer): void {
    // A copy, so that a small piece does not hold its whole 64 KiB buffer.
    this.#tail.push(Buffer.from(chunk))
    this.#tailBytes += chunk.length
    for (let [oldest] = this.#tail; oldest && this.#tailBytes - oldest.length >= this.#limits.tailBytes; [oldest] = this.#tail) {
      this.#tail.shift()
      this.#tailBytes -= oldest.length
      this.#dropped += oldest.length
    }
  }

  #put(bytes: Buffer): void {
    if (this.#broken !== undefined) return
    try {
      this.#descriptor ??= openForAppend(this.#file)
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at)
    } catch (error) {
      this.#broken = error instanceof Error ? error.message : String(error) // disk full: the log ends here, the attempt goes on
    }
  }
}

/** Opens a log file for appending; a symbolic link in its place is not followed. */
export function openForAppend(file: string): number {
  return openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW, 0o640)
}

/** The last lines of a stream, for an error's message. */
export class LastLines {
  #text = Buffer.alloc(0)
  readonly #bytes: number

  constructor(bytes = 2048) {
    this.#bytes = bytes
  }

  write(chunk: Buffer): void {
    const recent = chunk.subarray(-this.#bytes)
    this.#text = Buffer.concat([this.#text, recent]).subarray(-this.#bytes)
  }

  /** At most ten lines, without control characters that would play with a terminal. */
  toString(): string {
    const lines = this.#text.toString('utf8').trimEnd().split('\n').slice(-10)
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
    return lines.join('\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
  }
}
