import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { SluiceError } from '../../errors.ts'
import type { ParameterValues } from '../read-options.ts'
import type { Template } from './templates.ts'

/** What a template's own values name of the data beside it, as paths from the template; so they are wanted beside the new file. */
export function samplesOf({ definition, folder }: Template, values: ParameterValues): readonly string[] {
  const presets = [...definition.parameters.values()].filter(({ id }) => !values[id]).flatMap((parameter) => parameter.default ?? [])
  const paths = presets.flatMap((text) => /^file:(?!\/)(.+)$/.exec(text)?.[1] ?? [])
  return paths.filter((path) => existsSync(join(folder, path)))
}

/** Copies samples beside the file, each whole or not at all; what is there already stays. Returns a function that takes them away again.
 *  Throws a SluiceError when they cannot be written, and leaves none. */
export function copySamples(samples: readonly string[], { folder }: Template, file: string): () => void {
  const made: string[] = []
  const undo = (): void => made.forEach((path) => rmSync(path, { recursive: true, force: true }))
  for (const sample of samples) {
    const target = join(dirname(resolve(file)), sample)
    if (existsSync(target)) continue
    const aside = `${target}.${process.pid}.part`
    made.push(aside)
    try {
      cpSync(join(folder, sample), aside, { recursive: true })
      renameSync(aside, target)
    } catch (error) {
      undo()
      throw new SluiceError(`${target} cannot be written: ${(error as Error).message}.`, {
        exitCode: 2,
        hint: 'Name a file in a folder of yours.',
        cause: error,
      })
    }
    made.push(target)
  }
  return undo
}
