import { existsSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { SluiceError } from '../../errors.ts'

/** Throws a SluiceError when the file cannot be written there, as far as that is known beforehand: nobody wants to answer ten questions
 *  and hear then that the file is there already. */
export function refusePlace(file: string, { force }: { readonly force: boolean }): void {
  const folder = dirname(file)
  if (/\.json$/i.test(file))
    refuse(`${file} would be JSON, but templates are YAML.`, 'Name a .yaml file; `sluice convert` makes JSON of it.')
  if (!isFolder(folder)) refuse(`There is no folder ${folder} for ${basename(file)}.`, `Make it: mkdir -p ${folder}`)
  if (isFolder(file)) refuse(`${file} is a folder.`, 'Name a file in it.')
  if (existsSync(file) && !force) refuse(`${file} is already there.`, 'Name another file, or say --force to replace it.')
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

function refuse(message: string, hint: string): never {
  throw new SluiceError(message, { exitCode: 2, hint })
}
