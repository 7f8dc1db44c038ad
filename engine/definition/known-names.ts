import { didYouMean } from './did-you-mean.ts'
import type { CheckContext } from './check-context.ts'
import type { BoundParameters } from './parameters.ts'
import { declarationOf, isUserField, type ResolvedField, type ResolvedObject, type ResolvedObjects } from './resolve-objects.ts'

/** What is wrong with a name in an expression; the message goes on after `object.field`. */
export interface NameProblem {
  readonly code: 'UNKNOWN_NAME' | 'UNDECLARED_PARAMETER' | 'WRONG_CASE'
  readonly message: string
  readonly hint?: string
}

/** Runtime fields of instances and attempts that no declaration lists.
 *  @see spec/behaviour.md 1.1 */
const engineFields = new Set([
  '@id',
  '@headAttempt',
  '@attemptCount',
  '@triesLeft',
  '@failureReason',
  '@resourceId',
  '@resourceRegion',
  '@resourceStatus',
  '@logLocation',
  '@firstActivationTime',
])

/** What is wrong with the path `names`, seen from `object`; undefined when nothing is, or when it cannot be known yet. */
export function checkName(object: ResolvedObject, names: readonly string[], context: CheckContext): NameProblem | undefined {
  const [first, ...rest] = names as [string, ...string[]]
  if (first === 'node') return checkNode(object)
  if (first === 'parent') return undefined
  const field = fieldNamed(object, first)
  if (field) return checkPath(field, [first], rest, context.objects)
  if (isKnown(object, first) || context.parameters.values.has(bare(first))) return undefined
  return unknown(object, first, names, context.parameters)
}

/** The parameter, by its bare id, whose value the path reads as seen from `object`; undefined for a field, which wins over it. */
export function parameterNamed(object: ResolvedObject, names: readonly string[], { parameters }: CheckContext): string | undefined {
  const [first = '', ...rest] = names
  if (rest.length > 0 || fieldNamed(object, first) || isKnown(object, first)) return undefined
  return parameters.values.has(bare(first)) ? bare(first) : undefined
}

function checkNode({ declaration }: ResolvedObject): NameProblem | undefined {
  if (declaration?.family === 'precondition' || declaration?.family === 'action') return undefined
  const message = 'uses node, which only preconditions and actions know.'
  return { code: 'UNKNOWN_NAME', message, hint: 'Use a field of the object, such as input, or @scheduledStartTime.' }
}

/** Goes from object to object as the path does; all targets of a reference must know the next name. */
function checkPath(field: ResolvedField, done: string[], rest: readonly string[], objects: ResolvedObjects): NameProblem | undefined {
  const [next, ...further] = rest
  if (next === undefined) return undefined
  const targets = new Set(field.values.flatMap((value) => ('ref' in value ? (objects.get(value.ref) ?? []) : [])))
  const fields: ResolvedField[] = []
  for (const target of targets) {
    if (target.type !== undefined && !target.declaration) continue
    const found = fieldNamed(target, next)
    if (found) fields.push(found)
    else if (!isKnown(target, next)) return unknown(target, next, [...done, ...rest])
  }
  const merged = fields[0] && { ...fields[0], values: [...new Set(fields.flatMap(({ values }) => values))] }
  return merged && checkPath(merged, [...done, next], further, objects)
}

function bare(name: string): string {
  return name.replace(/^\*/, '')
}

/** A secret field is read with its star or without. */
function fieldNamed({ fields }: ResolvedObject, name: string): ResolvedField | undefined {
  return fields.get(name) ?? fields.get(`*${name}`)
}

/** Whether the name has a value although no author set it: identity, runtime fields and defaults of the declaration. */
function isKnown({ declaration }: ResolvedObject, name: string): boolean {
  if (name === 'id' || name === 'name' || name === 'type' || engineFields.has(name)) return true
  const field = declarationOf(declaration, name)
  return field !== undefined && (field.runtime || field.defaultText !== undefined)
}

function unknown(object: ResolvedObject, name: string, path: readonly string[], parameters?: BoundParameters): NameProblem {
  const declared = Object.keys(object.declaration?.fields ?? {})
  const known = [...object.fields.keys(), ...(parameters?.values.keys() ?? [])]
  const written = path.join('.')
  const sameButCase = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  if (sameButCase)
    return { code: 'WRONG_CASE', message: `uses #{${written}}, which is spelt ${sameButCase}.`, hint: `Write ${sameButCase}.` }
  if (declared.includes(name)) {
    return {
      code: 'UNKNOWN_NAME',
      message: `uses #{${written}}, but ${object.id} does not set ${name}.`,
      hint: `Set ${object.id}.${name}.`,
    }
  }
  const message = `uses #{${written}}, but ${object.id} has no field${parameters ? ', and the pipeline no parameter,' : ''} "${name}".`
  if (!isUserField(name)) return { code: 'UNKNOWN_NAME', message, hint: didYouMean(name, [...known, ...declared]) }
  // what begins with "my" is an author's own name: no field of a type is meant by it
  const hint = didYouMean(name, known.filter(isUserField))
  if (hint || !parameters) return { code: 'UNKNOWN_NAME', message, hint }
  const declare = `Declare it under parameters, or give it a value with --param ${bare(name)}=...`
  return { code: 'UNDECLARED_PARAMETER', message, hint: declare }
}
