import { didYouMean, functions, type NameUse } from '../expression/index.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { checkName, parameterNamed, type NameProblem } from './known-names.ts'
import { placeWithin, type PlacedText } from './place-within.ts'
import { doubt, mistake } from './problem.ts'
import type { ResolvedField, ResolvedObject } from './resolve-objects.ts'

/** One diagnostic for each expression that cannot be read, and for each name or function in one that nobody knows. Names are looked up
 *  as the evaluation will: on the object that has the field, inherited or not.
 *  @see spec/expressions.md 4 */
export function checkExpressions(context: CheckContext): Diagnostic[] {
  const found = [...context.objects.values()].flatMap((object) => {
    if (!object.declaration) return []
    return [...object.fields.values()].flatMap((field) => checkField(object, field, context))
  })
  return firstOfEachPlace(found)
}

/** A name that is wrong on Default is wrong for every heir: the first one stands for all. */
function firstOfEachPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Map(diagnostics.toReversed().map((diagnostic) => [placeKey(diagnostic), diagnostic]))
  return diagnostics.filter((diagnostic) => !diagnostic.range || seen.get(placeKey(diagnostic)) === diagnostic)
}

function placeKey({ code, range }: Diagnostic): string {
  return `${code} ${range?.file} ${range?.line}:${range?.column}`
}

function checkField(object: ResolvedObject, field: ResolvedField, context: CheckContext): Diagnostic[] {
  return field.values.flatMap((value) => {
    if ('ref' in value || !value.text.includes('#{')) return []
    const label = `${field.owner.id}.${field.name}`
    return checkText(object, { text: value.text, range: value.range, label, seen: new Set() }, context)
  })
}

/** A text that is checked as part of a field. */
interface CheckedText extends PlacedText {
  /** What it is called in messages. */
  readonly label: string
  /** Parameters whose values have been looked at: each once a field, or a few lines of them would multiply. */
  readonly seen: Set<string>
}

function checkText(object: ResolvedObject, placed: CheckedText, context: CheckContext): Diagnostic[] {
  const { label } = placed
  const uses = context.usesOf(placed.text)
  const syntax = uses.problems
  if (syntax.length > 0) {
    return syntax.map(({ message, hint, offset }) =>
      mistake('BAD_EXPRESSION', placeWithin(placed, offset, 1), `${label}: ${message}`, hint),
    )
  }
  const calls = uses.functions.flatMap((use) => {
    if (!use.problem) return []
    const range = placeWithin(placed, use.offset, use.length)
    const code = functions.has(use.name) ? 'BAD_CALL' : 'UNKNOWN_FUNCTION'
    const hint = use.problem.hint ?? didYouMean(use.name, functions.keys())
    return [mistake(code, range, `${label}: ${use.problem.message}`, hint)]
  })
  const names = uses.names.flatMap((use) => {
    const problem = checkName(object, use.path, context)
    if (!problem) return checkValues(object, use, placed, context)
    return [
      reportOf(problem, context)(problem.code, placeWithin(placed, use.offset, use.length), `${label} ${problem.message}`, problem.hint),
    ]
  })
  return [...calls, ...names]
}

/** What is wrong with the values of a parameter, at the place where it is used: there they are evaluated. */
function checkValues(object: ResolvedObject, use: NameUse, placed: CheckedText, context: CheckContext): Diagnostic[] {
  const id = parameterNamed(object, use.path, context)
  if (id === undefined || placed.seen.has(id)) return []
  placed.seen.add(id)
  const range = placeWithin(placed, use.offset, use.length)
  const texts = (context.parameters.values.get(id) ?? []).filter((text) => text.includes('#{'))
  const label = `${placed.label}, the value of ${id}`
  return texts.flatMap((text) => checkText(object, { text, range, label, seen: placed.seen }, context))
}

/** A parameter that nobody declared may still get a value, as long as the definition is only read. */
function reportOf({ code }: NameProblem, { purpose }: CheckContext): typeof mistake {
  const later = code === 'UNDECLARED_PARAMETER' && purpose === 'reading'
  return code === 'WRONG_CASE' || later ? doubt : mistake
}
