import { dirname, resolve } from 'node:path'
import { checkDefinition, compileDefinition, type CompileOptions } from '../definition/compile.ts'
import type { Diagnostic } from '../definition/diagnostic.ts'
import type { CompiledDefinition, PipelineDefinition } from '../definition/pipeline-definition.ts'
import type { Purpose } from '../definition/purpose.ts'
import { readDefinition, type ReadDefinition } from '../definition/read-definition.ts'
import type { Catalog } from '../spec/catalog.ts'
import { readText } from './read-text.ts'
import { withSideFiles, type SideFiles } from './side-files.ts'
import { readTests } from './test/read-tests.ts'

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
export function readPipelineFile(file: string, catalog: Catalog, options: ReadingOptions): PipelineFile {
  const text = readText(file)
  const read = withSideFiles(readDefinition(text, file), options)
  if (!read.definition) return { text, compiled: undefined, diagnostics: read.diagnostics }
  const { compiled, diagnostics } = compileDefinition(read.definition, catalog, compileOptions(file, read, options))
  const all = [...read.diagnostics, ...diagnostics]
  return {
    text,
    definition: read.definition,
    compiled: all.some(({ severity }) => severity === 'error') ? undefined : compiled,
    diagnostics: all,
  }
}

/** The same without what only a run needs, and with what is wrong in the tests that the definition carries. */
export function checkPipelineFile(
  file: string,
  catalog: Catalog,
  options: ReadingOptions,
): Pick<PipelineFile, 'definition' | 'diagnostics'> {
  const text = readText(file)
  const read = withSideFiles(readDefinition(text, file), options)
  const { definition, form, diagnostics } = read
  if (!definition) return { diagnostics }
  const tests = form === 'yaml' && /^['"]?tests['"]?\s*:/m.test(text) ? readTests(text, file).diagnostics : []
  const found = checkDefinition(definition, catalog, compileOptions(file, read, options))
  return { definition, diagnostics: [...diagnostics, ...found, ...tests] }
}

function compileOptions(file: string, { form }: ReadDefinition, { values, strict, purpose }: ReadingOptions): CompileOptions {
  return { values, strict, purpose, form, now: new Date(), directory: dirname(resolve(file)) }
}
