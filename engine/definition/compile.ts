import type { Catalog } from '../spec/catalog.ts'
import { borrowSchedules } from './borrow-schedules.ts'
import type { CheckContext } from './check-context.ts'
import { checkCycles } from './check-cycles.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkFieldNames } from './check-fields.ts'
import { checkReferences } from './check-references.ts'
import { checkRequired } from './check-required.ts'
import { checkRunners } from './check-runners.ts'
import { checkSchedules } from './check-schedules.ts'
import { checkScheduling, isLiteralOnly } from './check-scheduling.ts'
import { checkSizes } from './check-sizes.ts'
import { checkTypes } from './check-types.ts'
import { checkValues } from './check-values.ts'
import type { Diagnostic } from './diagnostic.ts'
import { inherit, type Heirs } from './inherit.ts'
import { namesInUse } from './names-in-use.ts'
import { bindParameters, type BoundParameters } from './parameters.ts'
import type { CompiledDefinition, Component, FieldValue, PipelineDefinition, StoredValue } from './pipeline-definition.ts'
import { inOrder } from './problem.ts'
import { resolveObjects, type ResolvedField, type ResolvedObject } from './resolve-objects.ts'
import { substituteWith, type Substitute } from './substitute-parameters.ts'

export interface CompileOptions {
  /** Values from outside, by parameter id with or without its star; they win over the definition's own. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /** Folder that relative `file:` paths start from, absolute. */
  readonly directory?: string
  /** Refuse also what AWS refused and Sluice does not. */
  readonly strict?: boolean
  /** `reading`: the definition is only looked at, so what it lacks before it can run is a warning. Usually `activation`. */
  readonly purpose?: 'reading' | 'activation'
}

const checks: readonly ((context: CheckContext) => Diagnostic[])[] = [
  checkTypes,
  checkFieldNames,
  checkRequired,
  checkReferences,
  checkValues,
  checkSizes,
  checkExpressions,
  checkCycles,
  checkSchedules,
  checkScheduling,
  checkRunners,
]

/** What activation pins: components after inheritance, with references as `{ref}`. Fields that the scheduler reads have their parameters
 *  filled in; all other expressions stay, and defaults of declarations are left to the evaluation. Absent when there is an error.
 *  The diagnostics are those of all checks, in the order of their places. */
export function compileDefinition(
  definition: PipelineDefinition,
  catalog: Catalog,
  { values = {}, directory, strict = false, purpose = 'activation' }: CompileOptions = {},
): { compiled?: CompiledDefinition; diagnostics: Diagnostic[] } {
  const { names, starred } = namesInUse(definition)
  const parameters = bindParameters(definition, values, names)
  const { heirs, diagnostics } = inherit(definition)
  const substitute = substituteWith((id) => known(definition, parameters, id))
  const onDemand = runsOnDemand(heirs, substitute)
  const objects = borrowSchedules(resolveObjects(heirs, catalog, substitute, onDemand))
  const context: CheckContext = { definition, catalog, objects, parameters, onDemand, strict }
  const found = [...parameters.diagnostics, ...diagnostics, ...checks.flatMap((check) => check(context))]
  const all = inOrder(purpose === 'reading' ? found.map(asWarning) : found)
  if (all.some(({ severity }) => severity === 'error')) return { diagnostics: all }
  const components = Object.fromEntries([...objects.values()].flatMap(componentOf))
  const name = definition.name ?? 'pipeline'
  return { compiled: { name, components, ...pinned(parameters, starred), onDemand, directory }, diagnostics: all }
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  const { code, message } = diagnostic
  const lacking = code === 'NOT_SUPPORTED_YET' || code === 'MISSING_PARAMETER' || (code === 'UNKNOWN_NAME' && /uses #\{\*?my/.test(message))
  return lacking ? { ...diagnostic, severity: 'warning' } : diagnostic
}

/** A required parameter without a value is told once: the fields that name it are left as they stand. */
function known({ parameters }: PipelineDefinition, { values }: BoundParameters, id: string): readonly string[] | undefined {
  const texts = values.get(id)
  return texts?.length === 0 && !parameters.get(id)?.optional ? undefined : texts
}

function runsOnDemand(heirs: Heirs, substitute: Substitute): boolean {
  const [value] = heirs.get('Default')?.object.fields.get('scheduleType') ?? []
  const [text] = value && 'text' in value ? substitute(value.text, () => false) : []
  return /^\s*ondemand\s*$/i.test(text ?? '')
}

/** Untyped objects only served as parents. */
function componentOf(object: ResolvedObject): [string, Component][] {
  const { id, name, type, fields } = object
  if (type === undefined) return []
  const stored = [...fields.values()].flatMap((field): [string, readonly StoredValue[]][] => {
    const values = storedValues(object, field)
    return field.declaration?.runtime || values.length === 0 ? [] : [[field.name, values]]
  })
  return [[id, { id, name, type, fields: Object.fromEntries(stored) }]]
}

function storedValues(object: ResolvedObject, field: ResolvedField): StoredValue[] {
  const values: readonly FieldValue[] = isLiteralOnly(object, field.name) ? field.given : field.values
  return values.map((value) => ('ref' in value ? { ref: value.ref } : { text: value.text }))
}

/** A name that an expression reads as a secret is one, even if nothing else says so. */
function pinned(
  { values, secrets }: BoundParameters,
  starred: ReadonlySet<string>,
): Pick<CompiledDefinition, 'parameters' | 'secretParameters'> {
  const present = [...values].filter(([, texts]) => texts.length > 0)
  const secret = new Set([...secrets, ...starred])
  return {
    parameters: Object.fromEntries(present),
    secretParameters: [...values.keys()].filter((id) => secret.has(id)),
  }
}
