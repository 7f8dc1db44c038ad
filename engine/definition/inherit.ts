import type { Diagnostic } from './diagnostic.ts'
import { didYouMeanId } from './did-you-mean.ts'
import type { FieldValue, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { mistake } from './problem.ts'

/** An object with everything that it takes from its ancestors. */
export interface Heir {
  readonly object: PipelineObject
  readonly type?: string
  /** Without `parent`. A field of no values hides the ancestors' and counts as absent. */
  readonly fields: ReadonlyMap<string, InheritedField>
}

export interface InheritedField {
  readonly values: readonly FieldValue[]
  /** The object that the values are written on. */
  readonly owner: PipelineObject
}

export type Heirs = ReadonlyMap<string, Heir>

/** A chain of parents longer than this is refused: each link copies fields, so a long chain would multiply them. */
const longestLine = 32

/** Every object with the fields of its line: its own, then its `parent`, that one's parent ..., and `Default` last. A field of its own
 *  replaces the ancestor's whole list. Only an untyped object takes a type, and only from a parent it names.
 *  @see spec/behaviour.md 1.2 */
export function inherit({ objects }: PipelineDefinition): { heirs: Heirs; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const heirs = new Map<string, Heir>()
  for (const object of objects.values()) {
    const line = lineOf(object, objects, diagnostics)
    diagnostics.push(...checkOneParent(object))
    const type = line.map(ownType).find((own) => own !== undefined)
    heirs.set(object.id, { object, type, fields: fieldsOf(line, objects.get('Default')) })
  }
  return { heirs, diagnostics }
}

/** `"type": "Default"` on Default, which stands in definitions of AWS's, says nothing. */
function ownType({ id, type }: PipelineObject): string | undefined {
  return id === 'Default' && type?.toLowerCase() === 'default' ? undefined : type
}

/** The id that an object names as its parent: a reference, or plain text in the YAML form. */
export function parentOf(object: PipelineObject): FieldValue | undefined {
  return object.fields.get('parent')?.[0]
}

/** The object, its parent and so on, nearest first, without the Default that all lines end with. Stops before a mistake. */
function lineOf(object: PipelineObject, objects: PipelineDefinition['objects'], diagnostics: Diagnostic[]): PipelineObject[] {
  const line = [object]
  for (let child = object; ;) {
    const value = parentOf(child)
    if (!value) return line
    const id = 'ref' in value ? value.ref : value.text
    const parent = objects.get(id)
    const problem = parent ? checkLine(line, parent, value) : unknownParent(child, id, value, objects)
    if (problem) diagnostics.push(problem)
    if (problem || !parent) return line
    line.push(parent)
    child = parent
  }
}

function checkOneParent({ id, fields }: PipelineObject): Diagnostic[] {
  const second = fields.get('parent')?.[1]
  if (!second) return []
  return [mistake('TOO_MANY_VALUES', second.range, `${id} has several parents, but may have one.`, 'Let one parent name the other.')]
}

function unknownParent({ id }: PipelineObject, parent: string, { range }: FieldValue, objects: PipelineDefinition['objects']): Diagnostic {
  const message = `${id}.parent refers to "${parent}", but no object has that id.`
  return mistake('UNKNOWN_REFERENCE', range, message, didYouMeanId(parent, objects))
}

function checkLine(line: readonly PipelineObject[], parent: PipelineObject, { range }: FieldValue): Diagnostic | undefined {
  const at = line.indexOf(parent)
  if (at !== -1) {
    const ring = [...line.slice(at), parent].map(({ id }) => id)
    const message = `${parent.id} is its own ancestor: ${ring.join(' -> ')}.`
    return mistake('PARENT_CYCLE', range, message, 'Remove one of these parents.')
  }
  if (line.length < longestLine) return undefined
  return mistake('PARENTS_TOO_DEEP', range, `${line[0]?.id} has more than ${longestLine} ancestors.`, 'Flatten the line of parents.')
}

function fieldsOf(line: readonly PipelineObject[], defaults: PipelineObject | undefined): Map<string, InheritedField> {
  const fields = new Map<string, InheritedField>()
  for (const owner of defaults ? [...line, defaults] : line) {
    for (const [name, values] of owner.fields) {
      if (name !== 'parent' && !fields.has(name)) fields.set(name, { values, owner })
    }
  }
  return fields
}
