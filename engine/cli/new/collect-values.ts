import { formatDiagnostic } from '../../definition/diagnostic.ts'
import type { Parameter } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import type { ParameterValues } from '../read-options.ts'
import type { Terminal } from '../terminal.ts'
import { faultsOf, isWanted } from './judge-values.ts'
import type { Template } from './templates.ts'

/** By bare parameter id: what goes into the file, and what may not. What is no other than the parameter's default is left out. */
export interface CollectedValues {
  readonly values: ParameterValues
  readonly secrets: ParameterValues
}

/** The values given, and on a terminal the answers to questions for all others. A number is the exit code when there are none: 2 after
 *  telling what does not fit, 130 when the person stopped. Rejects with a SluiceError when values are wanted and nobody can be asked. */
export async function collectValues(
  template: Template,
  given: ParameterValues,
  terminal: Pick<Terminal, 'note' | 'isTerminal'>,
  mayAsk: boolean,
): Promise<CollectedValues | number> {
  const { definition } = template
  const faults = faultsOf(definition, given)
  for (const fault of faults) terminal.note(formatDiagnostic({ ...fault, severity: 'error' }))
  if (faults.length > 0) return 2
  const parameters = [...definition.parameters.values()]
  const open = parameters.filter((parameter) => mayBeAsked(parameter, given[parameter.id]))
  if (open.length === 0) return sort(parameters, given)
  if (!mayAsk || !terminal.isTerminal || !process.stdin.isTTY) {
    refuseMissing(template, open)
    return sort(parameters, given)
  }
  const { askValues } = await import('./ask-values.ts')
  const answers = await askValues(`sluice new ${template.name}`, open)
  if (answers) return sort(parameters, { ...given, ...answers })
  terminal.note('Stopped. Nothing was written.')
  return 130
}

/** A parameter that was given as empty is left empty, unless it is wanted. */
function mayBeAsked(parameter: Parameter, given: readonly string[] | undefined): boolean {
  return given === undefined || (isWanted(parameter) && given.every((text) => text === ''))
}

function refuseMissing({ name }: Template, open: readonly Parameter[]): void {
  const missing = open.filter((parameter) => !parameter.secret && isWanted(parameter)).map(({ id }) => id)
  if (missing.length === 0) return
  throw new SluiceError(`${name} needs ${missing.length === 1 ? 'a value' : 'values'} for ${enumerate(missing)}.`, {
    exitCode: 2,
    hint: 'Give each with --param id=value; on a terminal, without --json, they are asked for.',
  })
}

function enumerate(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function sort(parameters: readonly Parameter[], all: ParameterValues): CollectedValues {
  const told = parameters.flatMap((parameter): [Parameter, readonly string[]][] => {
    const texts = (all[parameter.id] ?? []).filter((text) => text !== '')
    return texts.length === 0 || isPreset(parameter, texts) ? [] : [[parameter, texts]]
  })
  const those = (wanted: boolean) =>
    Object.fromEntries(told.filter(([{ secret }]) => secret === wanted).map(([{ id }, texts]) => [id, texts]))
  return { values: those(false), secrets: those(true) }
}

function isPreset({ default: preset = [] }: Parameter, texts: readonly string[]): boolean {
  return texts.length === preset.length && texts.every((text, at) => text === preset[at])
}
