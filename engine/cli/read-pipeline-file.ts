import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { compileDefinition } from '../definition/compile.ts'
import type { Diagnostic } from '../definition/diagnostic.ts'
import { didYouMean } from '../definition/did-you-mean.ts'
import type { CompiledDefinition, PipelineDefinition } from '../definition/pipeline-definition.ts'
import { readDefinition, type DefinitionForm } from '../definition/read-definition.ts'
import { SluiceError } from '../errors.ts'
import type { Catalog } from '../spec/catalog.ts'

export interface PipelineFile {
  readonly text: string
  /** Which of the two forms the text has, and what it says; absent when it cannot be read. */
  readonly form?: DefinitionForm
  readonly definition?: PipelineDefinition
  /** Absent when there is an error. */
  readonly compiled: CompiledDefinition | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export interface ReadingOptions {
  /** Parameter values by id. */
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly strict?: boolean
  /** `reading`: what the definition lacks before it can run is only a warning. */
  readonly purpose?: 'reading' | 'activation'
}

/** A definition file, read and compiled; relative `file:` paths start from its folder. Rejects with a SluiceError when it cannot be read. */
export function readPipelineFile(file: string, catalog: Catalog, { values, strict, purpose }: ReadingOptions): PipelineFile {
  const text = readText(file)
  const read = readDefinition(text, file)
  if (!read.definition) return { text, compiled: undefined, diagnostics: read.diagnostics }
  const { definition, form } = read
  const options = { values, strict, purpose, directory: dirname(resolve(file)) }
  const { compiled, diagnostics } = compileDefinition(definition, catalog, options)
  const all = [...read.diagnostics, ...diagnostics]
  return { text, form, definition, compiled: all.some(({ severity }) => severity === 'error') ? undefined : compiled, diagnostics: all }
}

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
