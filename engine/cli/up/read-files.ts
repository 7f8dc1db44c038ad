import { readDefinition } from '../../definition/read-definition.ts'
import { formatDiagnostic } from '../../definition/diagnostic.ts'
import { SluiceError } from '../../errors.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import type { ParameterValues } from '../read-options.ts'
import { readPipelineFile } from '../read-pipeline-file.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import type { DefinitionFile } from './apply-file.ts'

/** Every file with its diagnostics told; undefined when one has an error. Two files of one name would overwrite each other. */
export async function readFiles(
  files: readonly string[],
  values: ParameterValues,
  terminal: Terminal,
): Promise<readonly DefinitionFile[] | undefined> {
  const catalog = await loadCatalog()
  const valuesOf = valuesByFile(files, values)
  const read = files.map((file) => ({ file, ...readPipelineFile(file, catalog, { values: valuesOf(file) }) }))
  for (const { diagnostics } of read) for (const diagnostic of diagnostics) terminal.note(formatDiagnostic(diagnostic))
  const definitions = read.flatMap(({ file, text, definition, compiled }) =>
    definition && compiled ? [{ file, text, definition, compiled }] : [],
  )
  if (definitions.length < files.length) return undefined
  for (const [name, [first, second]] of Map.groupBy(definitions, ({ compiled }) => compiled.name)) {
    if (!second) continue
    throw new SluiceError(`${first?.file} and ${second.file} both name their pipeline "${name}".`, {
      exitCode: 2,
      hint: 'Give one of them another name.',
    })
  }
  return definitions
}

/** A value is for the files that have its parameter; for all when none has, so that each tells. */
function valuesByFile(files: readonly string[], values: ParameterValues): (file: string) => ParameterValues {
  const declared = new Map(
    files.map((file) => [file, readDefinition(readText(file), file).definition?.parameters ?? new Map<string, unknown>()]),
  )
  const known = new Set([...declared.values()].flatMap((parameters) => [...parameters.keys()]))
  return (file) => Object.fromEntries(Object.entries(values).filter(([id]) => declared.get(file)?.has(id) || !known.has(id)))
}
