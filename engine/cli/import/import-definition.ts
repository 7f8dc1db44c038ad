import { compileDefinition } from '../../definition/compile.ts'
import type { Diagnostic } from '../../definition/diagnostic.ts'
import type { FieldFate } from '../../definition/import/fate.ts'
import { fidelityReport } from '../../definition/import/fidelity.ts'
import { findDifferences } from '../../definition/import/find-differences.ts'
import { mendDefinition } from '../../definition/import/mend-definition.ts'
import { startAdvice } from '../../definition/import/start-advice.ts'
import { writeCliJson } from '../../definition/import/write-cli-json.ts'
import type { DefinitionForm, PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { readDefinition } from '../../definition/read-definition.ts'
import { writeAwsJson } from '../../definition/write-aws-json.ts'
import { writeYamlForm } from '../../definition/write-yaml-form.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { ImportSource } from './import-source.ts'
import { factFates, headComments } from './pipeline-facts.ts'

export interface ImportedDefinition {
  readonly text: string
  /** The fate of everything that AWS sent, each once. */
  readonly fates: readonly FieldFate[]
  /** What validation says of the text. */
  readonly diagnostics: readonly Diagnostic[]
  /** Parameters that have to be given a value before the pipeline can run. */
  readonly valuesNeeded: readonly string[]
  /** What to do before it runs, in a sentence. */
  readonly advice?: string
}

/** The pipeline as the text of a definition file, proved by reading it back: it says what AWS says, but for what `fates` tells.
 *  `file` is only a name for places. Throws a SluiceError that names the first difference when it would not. */
export function importDefinition(
  source: ImportSource,
  { to, file }: { to: DefinitionForm; file: string },
  catalog: Catalog,
): ImportedDefinition {
  const { definition: mended, fates: mendedFates } = mendDefinition(source.definition, catalog)
  const outside = factFates(source, to)
  const leftOut = [...mendedFates, ...outside.filter(({ of }) => of === 'file')].filter(({ fate }) => fate === 'not supported')
  const written = writeForm(source, writeCliJson(source, mended), to, catalog)
  const text = to === 'yaml' ? headComments(source.pipeline, leftOut) + written : written
  const { definition, form, diagnostics } = readDefinition(text, file)
  const differences = definition ? findDifferences(source, mended, definition, catalog) : []
  const [first, ...more] = differences
  if (!definition || first !== undefined) {
    throw new SluiceError(
      `${source.origin} cannot be written without loss: ${first ?? diagnostics[0]?.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
      {
        exitCode: 2,
        hint: 'Nothing was written for it. Change that in AWS, or in an exported file, and import it again.',
      },
    )
  }
  return {
    text,
    fates: [...outside, ...fidelityReport(source.definition, mendedFates, definition, catalog)],
    diagnostics: [...diagnostics, ...compileDefinition(definition, catalog, { form, now: new Date() }).diagnostics],
    valuesNeeded: valuesNeeded(definition),
    advice: source.pipeline && startAdvice(source.definition, source.pipeline),
  }
}

/** Templates declare parameters for whoever activates them. */
function valuesNeeded({ parameters, values }: PipelineDefinition): string[] {
  const has = (texts: readonly string[] = []): boolean => texts.some((text) => text !== '')
  return [...parameters.values()].filter((one) => !one.optional && !has(values.get(one.id)) && !has(one.default)).map(({ id }) => id)
}

/** Written from what the reader of AWS's JSON understands, mistakes of the author included: whether all is there is judged afterwards. */
function writeForm({ origin }: ImportSource, json: string, to: DefinitionForm, catalog: Catalog): string {
  const { definition, diagnostics } = readDefinition(json, origin)
  if (!definition) {
    throw new SluiceError(`${origin} cannot be read: ${diagnostics[0]?.message}`, { exitCode: 2, hint: diagnostics[0]?.hint })
  }
  return to === 'json' ? writeAwsJson(definition, catalog) : writeYamlForm(definition, catalog)
}
