import type { CompiledDefinition, Component, StoredValue } from '../../definition/pipeline-definition.ts'
import { PermanentError } from '../../errors.ts'
import type { TypeDeclaration } from '../../spec/declarations.ts'
import type { FieldDeclaration } from '../../spec/field.ts'

/** What of a component's fields is the same in every interval, worked out once, and what has to be evaluated anew. */
export interface ComponentPlan {
  /** Parsed values of fields without an expression, defaults included. */
  readonly constants: Readonly<Record<string, unknown>>
  readonly expressions: readonly PlannedField[]
  readonly references: readonly PlannedReference[]
}

export interface PlannedField {
  readonly name: string
  readonly field: FieldDeclaration
}

export interface PlannedReference extends PlannedField {
  readonly targets: readonly string[]
}

const plans = new WeakMap<CompiledDefinition, Map<string, ComponentPlan>>()

/** The plan of a component, made once for each definition. Throws a `PermanentError` for a field that its declaration does not allow. */
export function planOf(definition: CompiledDefinition, component: Component, declaration: TypeDeclaration): ComponentPlan {
  let ofDefinition = plans.get(definition)
  if (!ofDefinition) plans.set(definition, (ofDefinition = new Map<string, ComponentPlan>()))
  let plan = ofDefinition.get(component.id)
  if (!plan) ofDefinition.set(component.id, (plan = makePlan(definition, component, declaration)))
  return plan
}

function makePlan(definition: CompiledDefinition, component: Component, declaration: TypeDeclaration): ComponentPlan {
  const constants: Record<string, unknown> = {}
  const expressions: PlannedField[] = []
  const references: PlannedReference[] = []
  for (const [name, field] of Object.entries(declaration.fields)) {
    if (field.runtime || builtIn.has(name)) continue
    const values = (Object.hasOwn(component.fields, name) && component.fields[name]) || []
    if (field.kind === 'reference') references.push({ name, field, targets: values.flatMap((value) => targetOf(definition, value)) })
    else if (values.some(hasExpression)) expressions.push({ name, field })
    else constants[name] = parseField(component.id, name, field, values.map(textOf))
  }
  return { constants: { ...constants, id: component.id, name: component.name, type: component.type }, expressions, references }
}

/** Not among a stored component's fields; `parent` was followed when the definition was compiled. */
const builtIn = new Set(['id', 'name', 'type', 'parent'])

function hasExpression(value: StoredValue): boolean {
  return 'text' in value && value.text.includes('#{')
}

function textOf(value: StoredValue): string {
  return 'text' in value ? value.text : value.ref
}

/** AWS's samples write some references as plain text. */
function targetOf(definition: CompiledDefinition, value: StoredValue): string[] {
  const id = textOf(value)
  return 'ref' in value || Object.hasOwn(definition.components, id) ? [id] : []
}

/** What `run` receives for the texts of a field: a list, one value, or undefined. No text stands for the declaration's default. */
export function parseField(componentId: string, name: string, field: FieldDeclaration, texts: readonly string[]): unknown {
  const given = texts.length > 0 || field.defaultText === undefined ? texts : [field.defaultText]
  if (given.length === 0 && field.required) throw invalid(componentId, name, 'has no value, but the type needs one')
  if (given.length > 1 && !field.list) throw invalid(componentId, name, `has ${given.length} values, but takes one`)
  const values = given.map((text) => parseText(componentId, name, field, text))
  return field.list ? values : values[0]
}

function parseText(componentId: string, name: string, field: FieldDeclaration, text: string): unknown {
  if (!field.schema) return text
  const result = field.schema.safeParse(text)
  if (result.success) return result.data
  const shown = name.startsWith('*') ? 'a secret' : JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text)
  throw invalid(componentId, name, `is ${shown}, but ${result.error.issues[0]?.message ?? 'must be something else'}`)
}

function invalid(componentId: string, name: string, what: string): PermanentError {
  return new PermanentError('InvalidField', `${componentId}.${name} ${what}.`)
}
