import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

/** An attempt's own directory: made when first asked for, empty then, and removed with the attempt. */
export class WorkDirectory {
  readonly #place: string
  #made = false

  constructor(root: string, attemptKey: string) {
    this.#place = join(root, attemptKey)
  }

  get path(): string {
    if (!this.#made) mkdirSync(this.#place, { recursive: true, mode: 0o700 })
    this.#made = true
    return this.#place
  }

  /** Symbolic links inside are removed, not followed. */
  async remove(): Promise<void> {
    if (this.#made) await rm(this.#place, { recursive: true, force: true, maxRetries: 3 })
    this.#made = false
  }
}
