import { chmodSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { SluiceError } from '../../errors.ts'

export interface OutputOptions {
  /** Replaces a file that is there. */
  readonly force: boolean
  /** Who may do what with the file; what is usual when absent. */
  readonly mode?: number
}

/** Writes the whole text to the file or leaves it as it was: the text is written aside and takes the file's name at the end.
 *  Throws a SluiceError when the file is there and `force` is not said, or when it cannot be written. */
export function writeOutput(file: string, text: string, { force, mode }: OutputOptions): void {
  if (!force && existsSync(file)) {
    throw new SluiceError(`${file} is already there.`, { exitCode: 2, hint: 'Name another file, or say --force to replace it.' })
  }
  const aside = `${file}.${process.pid}.part`
  try {
    writeFileSync(aside, text, { flag: 'wx', mode })
    if (mode !== undefined) chmodSync(aside, mode) // the umask has taken from it
    renameSync(aside, file)
  } catch (error) {
    if (existsSync(aside)) rmSync(aside) // a name too long to be written is too long to be removed
    const { message } = error as Error
    throw new SluiceError(`${file} cannot be written: ${message}.`, {
      exitCode: 2,
      hint: 'Name a file in a folder of yours.',
      cause: error,
    })
  }
}
