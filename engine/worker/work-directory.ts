import { mkdirSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isOrphanMark } from './process/attempt-mark.ts'

/** An attempt's own directory, named by its mark: made when first asked for, empty then, and removed with the attempt. */
export class WorkDirectory {
  readonly #place: string
  #made = false

  constructor(root: string, mark: string) {
    this.#place = join(root, mark)
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

/** Removes what attempts of dead workers of this machine left. Other machines have roots of their own. */
export async function removeOrphanDirectories(root: string): Promise<void> {
  const names = await readdir(root).catch(() => []) // nobody has worked here yet
  await Promise.all(names.filter(isOrphanMark).map((name) => rm(join(root, name), { recursive: true, force: true, maxRetries: 3 })))
}
