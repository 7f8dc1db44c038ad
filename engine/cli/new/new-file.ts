import { basename } from 'node:path'
import { compileDefinition } from '../../definition/compile.ts'
import { bareName } from '../../definition/definition-draft.ts'
import { formatDiagnostic, type Diagnostic } from '../../definition/diagnostic.ts'
import { readDefinition } from '../../definition/read-definition.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import type { Period } from '../../spec/period.ts'
import { writeOutput } from '../convert/write-output.ts'
import type { ParameterValues } from '../read-options.ts'
import type { Terminal } from '../terminal.ts'
import { collectValues, type CollectedValues } from './collect-values.ts'
import { fillTemplate } from './fill-template.ts'
import { listTemplates } from './list-templates.ts'
import { refusePlace } from './refuse-place.ts'
import { copySamples, samplesOf } from './sample-data.ts'
import { tellWhatNext } from './tell-what-next.ts'
import { findTemplate, readTemplates, type Template } from './templates.ts'
import { typesToCome } from './types-to-come.ts'

export interface NewOptions {
  /** By parameter id, with or without its star. */
  readonly values: ParameterValues
  /** Of the pipeline; absent: the file's. */
  readonly name?: string
  readonly schedule?: Period
  readonly onDemand?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** Writes the file from the template, or lists the templates when none is named. Resolves to 0, to 2 for values that do not fit, and to
 *  130 when the person stops it; only with 0 anything is written. Rejects with a SluiceError for anything else that is wrong. */
export async function newFile(
  wanted: string | undefined,
  given: string | undefined,
  options: NewOptions,
  terminal: Terminal,
): Promise<number> {
  const { values, force = false, json = false } = options
  if (wanted === undefined) {
    await listTemplates(readTemplates(), json, terminal)
    return 0
  }
  const template = findTemplate(wanted)
  const file = given ?? `${template.name}.yaml`
  refusePlace(file, { force })
  const collected = await collectValues(template, bare(values), terminal, !json)
  return typeof collected === 'number' ? collected : write(template, file, collected, options, terminal)
}

function bare(values: ParameterValues): ParameterValues {
  return Object.fromEntries(Object.entries(values).map(([name, texts]) => [bareName(name).id, texts]))
}

/** The file is checked as it will be, and written when it is sound. */
async function write(
  template: Template,
  file: string,
  { values, secrets }: CollectedValues,
  { name = basename(file).replace(/\.ya?ml$/i, ''), schedule, onDemand = false, force = false, json = false }: NewOptions,
  terminal: Terminal,
): Promise<number> {
  const catalog = await loadCatalog()
  const text = fillTemplate(template.text, { name, values, schedule: onDemand ? 'on demand' : schedule })
  const faults = faultsIn(text, file, secrets, catalog)
  for (const fault of faults) terminal.note(formatDiagnostic(fault))
  if (faults.some(({ severity }) => severity === 'error')) return 2
  const samples = samplesOf(template, values)
  writeWithSamples(file, text, force, () => copySamples(samples, template, file))
  const written = { file, name, template: template.name, samples, withheld: withheldBy(template, secrets) }
  tellWhatNext({ ...written, toCome: typesToCome(template.definition, catalog) }, json, terminal)
  return 0
}

/** What the file's author would be told of it, but for what is said otherwise: secrets that are given at each run, types that are to
 *  come, and paths in the place of S3 URIs. */
function faultsIn(text: string, file: string, secrets: ParameterValues, catalog: Catalog): Diagnostic[] {
  const { definition, diagnostics } = readDefinition(text, file)
  const compiled = definition ? compileDefinition(definition, catalog, { values: secrets }).diagnostics : []
  return [...diagnostics, ...compiled].filter(({ code }) => !saidOtherwise.has(code))
}

const saidOtherwise: ReadonlySet<string> = new Set(['MISSING_PARAMETER', 'NOT_SUPPORTED_YET', 'NOT_AN_S3_URI'])

function writeWithSamples(file: string, text: string, force: boolean, copy: () => () => void): void {
  const takeAway = copy()
  try {
    writeOutput(file, text, { force })
  } catch (error) {
    takeAway()
    throw error
  }
}

/** Secrets that must be given at each run: those without which it cannot run, and those that a value was given for. */
function withheldBy({ definition }: Template, secrets: ParameterValues): string[] {
  const parameters = [...definition.parameters.values()].filter(({ secret }) => secret)
  return parameters.filter(({ id, optional }) => !optional || secrets[id]).map(({ id }) => id)
}
