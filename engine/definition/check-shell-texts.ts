import type { ExpressionSpan } from '../expression/index.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { placeWithin } from './place-within.ts'
import { doubt } from './problem.ts'
import type { ResolvedField } from './resolve-objects.ts'

/** One warning for each parameter that is spliced into a shell command outside quotes, where a blank, a `;` or a `$(` in its value is read
 *  by the shell. Numbers and choices from a list are safe, and a command that is a parameter as a whole is meant so.
 *  @see failure-modes.md A12 */
export function checkShellTexts(context: CheckContext): Diagnostic[] {
  return [...context.objects.values()].flatMap(({ object, fields }) =>
    [...fields.values()].flatMap((field) => (field.declaration?.shell && field.owner === object ? checkField(field, context) : [])),
  )
}

function checkField({ values, owner, name }: ResolvedField, { definition, usesOf }: CheckContext): Diagnostic[] {
  return values.flatMap((value) => {
    if ('ref' in value || !value.text.includes('#{')) return []
    const { names, spans: all } = usesOf(value.text)
    const spans = unquotedSpans(value.text, all)
    const uses = names.filter(({ offset }) => spans.some((span) => span.offset <= offset && offset < span.end))
    return uses.flatMap(({ path, offset, length }) => {
      const [first = ''] = path
      const id = first.replace(/^\*/, '')
      if (path.length > 1 || !isFreeText(definition, id)) return []
      const message = `${owner.id}.${name} puts the parameter ${id} into a shell command without quotes: the shell reads what its value says.`
      const hint = `Pass it as an argument: scriptArgument: "#{${first}}", and "$1" in the command.`
      return [doubt('UNQUOTED_PARAMETER', placeWithin(value, offset, length), message, hint)]
    })
  })
}

/** Whether its value may hold anything. Names that nobody declares are told elsewhere. */
function isFreeText({ parameters, values }: CheckContext['definition'], id: string): boolean {
  const parameter = parameters.get(id)
  if (!parameter) return values.has(id)
  return parameter.type !== 'Integer' && parameter.type !== 'Double' && !parameter.allowedValues?.length
}

/** The expressions that stand outside quotes, as a shell reads the text around them; none when one of them is the whole text. */
function unquotedSpans(text: string, spans: readonly ExpressionSpan[]): readonly ExpressionSpan[] {
  const [first] = spans
  if (first && text.slice(0, first.offset).trim() === '' && text.slice(first.end).trim() === '') return []
  let quote = ''
  let from = 0
  return spans.filter(({ offset, end }) => {
    quote = quoteAfter(text.slice(from, offset), quote)
    from = end
    return quote === ''
  })
}

/** The quote that is open behind a piece of shell text, where `quote` was open before it. */
function quoteAfter(text: string, quote: string): string {
  let open = quote
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at)
    if (sign === '\\' && open !== "'") at++
    else if (sign === open) open = ''
    else if (open === '' && (sign === '"' || sign === "'")) open = sign
  }
  return open
}
