import { intro, outro, password, select, text, updateSettings } from '@clack/prompts'
import type { Parameter } from '../../definition/pipeline-definition.ts'
import type { ParameterValues } from '../read-options.ts'
import { faultIn, isWanted } from './judge-values.ts'

/** Asks the person at the terminal for each parameter: what it is, a sample, and when an answer is wrong, why, until it is right.
 *  What was left empty is not among the answers. Resolves to undefined when the person stops with Ctrl-C or Ctrl-D. */
export async function askValues(title: string, parameters: readonly Parameter[]): Promise<ParameterValues | undefined> {
  updateSettings({ aliases: { '\u0004': 'cancel' } })
  intro(title)
  const answers: Record<string, readonly string[]> = {}
  for (const parameter of parameters) {
    const texts = await askOne(parameter)
    if (!texts) return undefined
    if (texts.length > 0) answers[parameter.id] = texts
  }
  outro('That is all.')
  return answers
}

async function askOne(parameter: Parameter): Promise<readonly string[] | undefined> {
  if (parameter.secret) return oneAnswer(await askSecret(parameter))
  if (parameter.allowedValues && parameter.allowedValues.length > 0) return oneAnswer(await askChoice(parameter, parameter.allowedValues))
  if (parameter.isArray) return askSeveral(parameter)
  return oneAnswer(await askText(parameter))
}

function oneAnswer(answer: string | symbol | undefined): readonly string[] | undefined {
  if (typeof answer === 'symbol') return undefined
  return answer ? [answer] : []
}

async function askSeveral(parameter: Parameter): Promise<readonly string[] | undefined> {
  const texts: string[] = []
  for (;;) {
    const answer = oneAnswer(await askText(parameter, texts))
    if (!answer) return undefined
    const [another] = answer
    if (another === undefined) return texts
    texts.push(another)
  }
}

/** `before` are the values of a list that have been given; an empty answer then ends it. */
function askText(parameter: Parameter, before?: readonly string[]): Promise<string | symbol | undefined> {
  const more = before !== undefined && before.length > 0
  const preset = more ? undefined : parameter.default?.join(', ')
  return text({
    message: more ? `${labelOf(parameter)}: another one? Enter ends the list.` : questionOf(parameter, preset),
    placeholder: preset ?? parameter.attributes.get('watermark')?.[0],
    validate: (answer = '') => faultOf(parameter, answer, more || preset !== undefined),
  })
}

function askSecret(parameter: Parameter): Promise<string | symbol | undefined> {
  const note = 'Only checked, and not written to the file: it is given at each run. Enter leaves it out.'
  return password({ message: `${labelOf(parameter)}\n${note}`, validate: (answer = '') => faultOf(parameter, answer, true) })
}

function askChoice(parameter: Parameter, allowed: readonly string[]): Promise<string | symbol> {
  const options = [...(parameter.optional ? [{ value: '', label: '(none)' }] : []), ...allowed.map((value) => ({ value, label: value }))]
  return select({ message: questionOf(parameter), options, initialValue: parameter.default?.[0] })
}

function faultOf(parameter: Parameter, answer: string, mayBeEmpty: boolean): string | undefined {
  if (answer !== '') return faultIn(parameter, [answer])
  return mayBeEmpty || !isWanted(parameter) ? undefined : 'A value is needed.'
}

/** Label, help and link, each on a line. */
function questionOf(parameter: Parameter, preset?: string): string {
  const { attributes, optional } = parameter
  const aside = preset !== undefined ? ` (Enter takes ${preset})` : optional ? ' (optional)' : ''
  const help = [attributes.get('helpText')?.[0], attributes.get('helpLink')?.[0]]
  return [`${labelOf(parameter)}${aside}`, ...help.filter((line) => line !== undefined)].join('\n')
}

function labelOf({ id, description }: Parameter): string {
  return description ?? id
}
