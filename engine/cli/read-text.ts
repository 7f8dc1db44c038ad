import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { didYouMean } from '../definition/did-you-mean.ts'
import { SluiceError } from '../errors.ts'

/** The text of a definition file. Throws a SluiceError that names the cause and a way out. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException)
  }
}

function unreadable(file: string, error: NodeJS.ErrnoException): SluiceError {
  const refuse = (message: string, hint?: string): SluiceError => new SluiceError(message, { exitCode: 2, hint, cause: error })
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return refuse(`There is no file ${file}.`, neighbour(file))
    case 'EISDIR':
      return refuse(`${file} is a folder, not a definition file.`, 'Name one of the files in it.')
    case 'EACCES':
    case 'EPERM':
      return refuse(`${file} may not be read by this user.`, `Let it be read: chmod u+r ${file}`)
    default:
      return refuse(`${file} cannot be read: ${error.message}.`)
  }
}

/** A file of the same folder with a name like it. */
function neighbour(file: string): string | undefined {
  try {
    return didYouMean(basename(file), readdirSync(dirname(file)))
  } catch {
    return `There is no folder ${dirname(file)} either.`
  }
}
