import { isUtf8 } from 'node:buffer'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { didYouMean } from '../definition/did-you-mean.ts'
import { SluiceError } from '../errors.ts'

/** The text of a definition file. Throws a SluiceError that names the cause and a way out: also when it is not UTF-8, rather than to put
 *  something else in the place of what cannot be read. */
export function readText(file: string): string {
  const bytes = readBytes(file)
  const text = bytes.toString('utf8')
  if (text.includes('\uFFFD') && !isUtf8(bytes)) throw notUtf8(file, bytes)
  return text
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException)
  }
}

/** At the line of the first byte that no UTF-8 text has there. */
function notUtf8(file: string, bytes: Buffer): SluiceError {
  let line = 1
  for (let start = 0, end = bytes.indexOf(10); end !== -1 && isUtf8(bytes.subarray(start, end)); end = bytes.indexOf(10, start)) {
    start = end + 1
    line++
  }
  return new SluiceError(`${file}:${line} is not UTF-8.`, {
    exitCode: 2,
    hint: `Convert it, for example: iconv -f latin1 -t utf-8 ${file}`,
  })
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
