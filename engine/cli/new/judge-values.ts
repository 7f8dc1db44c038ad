import type { Diagnostic } from '../../definition/diagnostic.ts'
import { bindParameters } from '../../definition/parameters.ts'
import type { Parameter, PipelineDefinition } from '../../definition/pipeline-definition.ts'
import type { ParameterValues } from '../read-options.ts'

/** What is wrong with values by bare id: names that the definition does not have, and values that their parameters do not take.
 *  A parameter without a value is not told. */
export function faultsOf(definition: PipelineDefinition, values: ParameterValues): Diagnostic[] {
  const unknown = bindParameters(definition, values, aside).diagnostics.filter(({ code }) => code === 'UNKNOWN_PARAMETER')
  const known = [...definition.parameters.values()].flatMap((parameter) => faultsIn(parameter, values[parameter.id] ?? []))
  return [...unknown, ...known]
}

/** The first fault of the answer to one question, in one sentence or two. */
export function faultIn(parameter: Parameter, texts: readonly string[]): string | undefined {
  const [fault] = faultsIn(parameter, texts)
  return fault && [fault.message, fault.hint].filter(Boolean).join(' ')
}

/** Whether the parameter must be given a value. */
export function isWanted({ optional, default: values = [] }: Parameter): boolean {
  return !optional && values.every((text) => text === '')
}

/** No expression is looked at. */
const aside = { used: new Set<string>(), purpose: 'activation' } as const

function faultsIn(parameter: Parameter, texts: readonly string[]): Diagnostic[] {
  const own = { ...parameter, default: undefined, range: undefined }
  const alone = { objects: new Map(), parameters: new Map([[own.id, own]]), values: new Map() }
  return bindParameters(alone, { [own.id]: texts.filter((text) => !isPath(own, text)) }, aside)
    .diagnostics.filter(({ code }) => code !== 'MISSING_PARAMETER')
    .map((fault) => ({ ...fault, hint: fault.hint ?? (fault.code === 'NOT_AN_S3_URI' ? s3Hint : undefined) }))
}

const s3Hint = 'Write s3://bucket/folder, or file:folder for a folder of this machine.'

/** Where an S3 URI may stand, so may a path on the worker. */
function isPath({ type }: Parameter, text: string): boolean {
  return type === 'AWS::S3::ObjectKey' && text.startsWith('file:')
}
