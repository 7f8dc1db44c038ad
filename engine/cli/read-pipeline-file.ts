import { dirname, resolve } from 'node:path'
import { compileDefinition } from '../definition/compile.ts'
import type { Diagnostic } from '../definition/diagnostic.ts'
import type { CompiledDefinition, PipelineDefinition } from '../definition/pipeline-definition.ts'
import type { Purpose } from '../definition/purpose.ts'
import { readDefinition } from '../definition/read-definition.ts'
import type { Catalog } from '../spec/catalog.ts'
import { readText } from './read-text.ts'
import { withSideFiles, type SideFiles } from './side-files.ts'

export interface PipelineFile {
  readonly text: string
  /** As read; absent when the text is refused. */
  readonly definition?: PipelineDefinition
  /** Absent when there is an error. */
  readonly compiled: CompiledDefinition | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export interface ReadingOptions extends SideFiles {
  /** Parameter values by id. */
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly strict?: boolean
  /** Activation when absent: then what cannot run is an error. */
  readonly purpose?: Purpose
}

/** A definition file, read and compiled; relative `file:` paths start from its folder. Rejects with a SluiceError when it cannot be read. */
export function readPipelineFile(file: string, catalog: Catalog, { values, strict, purpose, ...sideFiles }: ReadingOptions): PipelineFile {
  const text = readText(file)
  const read = withSideFiles(readDefinition(text, file), sideFiles)
  if (!read.definition) return { text, compiled: undefined, diagnostics: read.diagnostics }
  const { compiled, diagnostics } = compileDefinition(read.definition, catalog, {
    values,
    strict,
    purpose,
    form: read.form,
    now: new Date(),
    directory: dirname(resolve(file)),
  })
  const all = [...read.diagnostics, ...diagnostics]
  return {
    text,
    definition: read.definition,
    compiled: all.some(({ severity }) => severity === 'error') ? undefined : compiled,
    diagnostics: all,
  }
}
