import { formatDiagnostic } from '../../definition/diagnostic.ts'
import { formatDefinition } from '../../definition/format-definition.ts'
import type { DefinitionForm, PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { readDefinition, type ReadDefinition } from '../../definition/read-definition.ts'
import { writeAwsJson } from '../../definition/write-aws-json.ts'
import { writeYamlForm } from '../../definition/write-yaml-form.ts'
import { SluiceError } from '../../errors.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { readText } from '../read-text.ts'
import { withSideFiles, type SideFiles } from '../side-files.ts'
import type { Terminal } from '../terminal.ts'
import { writeOutput } from './write-output.ts'

export interface ConvertOptions extends SideFiles {
  /** Absent: the form that the file does not have. */
  readonly to?: DefinitionForm
  /** Absent: the standard output. */
  readonly output?: string
  readonly force?: boolean
}

/** Writes the definition in the form asked for and resolves to 0; with a mistake in its text, to 2, and nothing is written. YAML to YAML
 *  is the text in its canonical layout, comments included; as it stands where it cannot be had. */
export async function convertFile(
  file: string,
  { to, output, force = false, ...sideFiles }: ConvertOptions,
  terminal: Pick<Terminal, 'note' | 'write'>,
): Promise<number> {
  const text = readText(file)
  const read = withSideFiles(readDefinition(text, file), sideFiles)
  for (const diagnostic of read.diagnostics) terminal.note(formatDiagnostic(diagnostic))
  if (!read.definition || hasError(read)) return 2
  const form = to ?? (read.form === 'json' ? 'yaml' : 'json')
  const asItStands = read.form === 'yaml' && form === 'yaml' && Object.values(sideFiles).every((side) => side === undefined)
  const converted = asItStands ? (formatDefinition(text, file).text ?? text) : await convert(read.definition, form)
  if (output === undefined) terminal.write(converted)
  else writeOutput(output, converted, { force })
  return 0
}

async function convert(definition: PipelineDefinition, to: DefinitionForm): Promise<string> {
  const catalog = await loadCatalog()
  const converted = to === 'json' ? writeAwsJson(definition, catalog) : writeYamlForm(definition, catalog)
  const unsaid = readDefinition(converted, 'the result').diagnostics.find(({ severity }) => severity === 'error')
  if (unsaid) throw new SluiceError(`The definition cannot be said in that form: ${unsaid.message}`, { exitCode: 2, hint: unsaid.hint })
  return converted
}

function hasError({ diagnostics }: ReadDefinition): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}
