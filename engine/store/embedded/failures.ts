import { statfsSync } from 'node:fs'
import { SluiceError } from '../../errors.ts'

const noSpace = /No space left on device|Disk quota exceeded|Check free disk space|wrote only \d+ of \d+ bytes|ENOSPC|EDQUOT/
/** A server with less than this can neither start nor write its log of why. */
const leastFreeBytes = 4 * 1024 * 1024

/** The home cannot be made, read or written. */
export function homeNotUsable(home: string, cause: unknown): SluiceError {
  if (cause instanceof SluiceError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (noSpace.test(reason)) return diskFull(home, cause)
  return new SluiceError(`The home ${home} cannot be written: ${reason}.`, {
    exitCode: 3,
    hint: 'Set SLUICE_HOME to a folder of yours, or SLUICE_DATABASE_URL to a PostgreSQL that is running.',
    cause,
  })
}

/** initdb or the server ended with an error; `output` is what it printed. */
export function serverFailed(home: string, what: string, output: string, cause?: unknown): SluiceError {
  if (noSpace.test(output) || freeBytes(home) < leastFreeBytes) return diskFull(home, cause ?? output)
  return new SluiceError(`${what} failed: ${lastWords(output)}`, {
    exitCode: 3,
    hint: `Its log is in ${home}/postgres/server.log. SLUICE_DATABASE_URL names another PostgreSQL to use instead.`,
    cause,
  })
}

/** There is no embedded server for this machine. */
export function unsupportedPlatform(reason: string, cause?: unknown): SluiceError {
  return new SluiceError(`The embedded PostgreSQL does not run here: ${reason}.`, {
    exitCode: 3,
    hint: 'Set SLUICE_DATABASE_URL to a PostgreSQL that is running, for example postgres://user@host/sluice.',
    cause,
  })
}

/** The data directory was made by another major version. */
export function otherMajor(data: string, found: string, expected: number): SluiceError {
  return new SluiceError(`The data directory ${data} belongs to PostgreSQL ${found}, but this Sluice brings PostgreSQL ${expected}.`, {
    exitCode: 3,
    hint: 'Write a backup with the Sluice version that made it (sluice backup), then restore it into a new SLUICE_HOME (sluice restore).',
  })
}

/** Another process holds the home and no connection to its server is answered. */
export function held(home: string, holder: string, cause?: unknown): SluiceError {
  return new SluiceError(`The home ${home} is held by ${holder}, which does not answer.`, {
    exitCode: 3,
    hint: 'Look at that process. End it if it hangs, or use another SLUICE_HOME.',
    cause,
  })
}

function diskFull(home: string, cause: unknown): SluiceError {
  return new SluiceError(`The disk of ${home} is full: ${Math.floor(freeBytes(home) / 1024 / 1024)} MB are free.`, {
    exitCode: 3,
    hint: 'Free some space (a new home needs about 80 MB) or set SLUICE_HOME to a folder on another disk.',
    cause,
  })
}

function freeBytes(home: string): number {
  const { bavail, bsize } = statfsSync(home)
  return bavail * bsize
}

/** The last lines that say why, without PostgreSQL's time stamps. */
function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.replace(/^\S+ \S+ \S+ \[\d+\] /, ''))
  const telling = lines.filter((line) => line.trim() !== '' && !/removing (contents|data)|is shut down/.test(line))
  return telling.slice(-3).join(' ').trim() || 'it printed nothing.'
}
