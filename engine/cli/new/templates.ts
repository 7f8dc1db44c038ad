import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { didYouMean } from '../../definition/did-you-mean.ts'
import type { PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { readDefinition } from '../../definition/read-definition.ts'
import { SluiceError } from '../../errors.ts'

/** A definition that is ready but for the values of its parameters. */
export interface Template {
  readonly name: string
  readonly text: string
  readonly definition: PipelineDefinition
  /** The folder it lies in, where its sample data are, too. */
  readonly folder: string
}

/** All templates of this package, by name. */
export function readTemplates(): readonly Template[] {
  const folder = templateFolder()
  return namesIn(folder).map((name) => readTemplate(folder, name))
}

/** The template of that name, or the only one whose name begins so. Throws a SluiceError that names the one that was meant. */
export function findTemplate(wanted: string): Template {
  const folder = templateFolder()
  const names = namesIn(folder)
  const beginning = names.filter((name) => name.startsWith(wanted))
  const found = names.find((name) => name === wanted) ?? (beginning.length === 1 ? beginning[0] : undefined)
  if (found !== undefined) return readTemplate(folder, found)
  const message = beginning.length > 1 ? `Several templates begin with "${wanted}".` : `There is no template "${wanted}".`
  throw new SluiceError(message, { exitCode: 2, hint: hintFor(wanted, beginning.length > 1 ? beginning : names) })
}

function namesIn(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.map((file) => basename(file, '.yaml')).toSorted()
}

function hintFor(wanted: string, names: readonly string[]): string {
  const meant = didYouMean(wanted, names)
  if (meant) return meant
  const words = wanted.toLowerCase().split(/[^a-z0-9]+/)
  const alike = names.filter((name) => words.every((word) => name.includes(word)))
  return alike.length > 0 ? `Name one of ${alike.join(', ')}.` : '`sluice new` lists the templates.'
}

/** In the package this file belongs to, as source or built. */
function templateFolder(): string {
  const places = ['../../../', '../../../../'].map((up) => fileURLToPath(new URL(`${up}pipelines/templates/`, import.meta.url)))
  const found = places.find((place) => existsSync(place))
  if (found !== undefined) return found
  throw new SluiceError('The templates are not there: this installation is not whole.', { hint: 'Install the package again.' })
}

function readTemplate(folder: string, name: string): Template {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8')
  const { definition } = readDefinition(text, `${name}.yaml`)
  if (!definition) throw new Error(`The template ${name} cannot be read.`)
  return { name, text, definition, folder }
}
