import type { Catalog } from '../spec/catalog.ts'
import { borrowLimits, borrowSchedules } from './borrow-schedules.ts'
import { checkAwsLimits } from './check-aws-limits.ts'
import { checkBackfill } from './check-backfill.ts'
import type { CheckContext } from './check-context.ts'
import { checkCycles } from './check-cycles.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkFieldNames } from './check-fields.ts'
import { checkIgnored } from './check-ignored.ts'
import { checkLogs } from './check-logs.ts'
import { checkPatterns } from './check-patterns.ts'
import { checkPlainReferences } from './check-plain-references.ts'
import { checkReferences } from './check-references.ts'
import { checkRequired } from './check-required.ts'
import { checkRollUps } from './check-roll-ups.ts'
import { checkRunners } from './check-runners.ts'
import { checkSchedules } from './check-schedules.ts'
import { checkScheduling, isLiteralOnly } from './check-scheduling.ts'
import { checkShellTexts } from './check-shell-texts.ts'
import { checkSizes } from './check-sizes.ts'
import { checkTypes } from './check-types.ts'
import { checkUnbounded } from './check-unbounded.ts'
import { checkUnused } from './check-unused.ts'
import { checkValues } from './check-values.ts'
import type { Diagnostic } from './diagnostic.ts'
import { inherit, type Heirs } from './inherit.ts'
import { namesInUse } from './names-in-use.ts'
import { bindParameters, type BoundParameters } from './parameters.ts'
import type { CompiledDefinition, Component, DefinitionForm, FieldValue, PipelineDefinition, StoredValue } from './pipeline-definition.ts'
import { inOrder } from './problem.ts'
import type { Purpose } from './purpose.ts'
import { resolveObjects, type ResolvedField, type ResolvedObject } from './resolve-objects.ts'
import { rememberUses } from './text-uses.ts'
import { substituteWith, type Substitute } from './substitute-parameters.ts'

export interface CompileOptions {
  /** Values from outside, by parameter id with or without its star; they win over the definition's own. */
  readonly values?: Readonly<Record<string, readonly string[]>>
  /** Folder that relative `file:` paths start from, absolute. */
  readonly directory?: string
  /** Refuse also what AWS refused and Sluice does not. */
  readonly strict?: boolean
  /** The form that the definition was read in; the YAML form, the stricter one, when absent. */
  readonly form?: DefinitionForm
  /** Activation when absent. */
  readonly purpose?: Purpose
  /** The current time, for warnings about starts in the past. */
  readonly now?: Date
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
  checkRollUps,
  checkUnbounded,
  checkIgnored,
  checkShellTexts,
  checkPatterns,
  checkPlainReferences,
  checkLogs,
  checkBackfill,
  checkAwsLimits,
]

/** What activation pins: components after inheritance, with references as `{ref}`. Fields that the scheduler reads have their parameters
 *  filled in; all other expressions stay, and defaults of declarations are left to the evaluation. Absent when there is an error.
 *  The diagnostics are those of all checks, in the order of their places. */
export function compileDefinition(
  definition: PipelineDefinition,
  catalog: Catalog,
  options: CompileOptions = {},
): { compiled?: CompiledDefinition; diagnostics: Diagnostic[] } {
  const { diagnostics, objects, parameters, starred, onDemand } = check(definition, catalog, options)
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics }
  const components = Object.fromEntries([...objects.values()].flatMap(componentOf))
  const name = definition.name ?? 'pipeline'
  return { compiled: { name, components, ...pinned(parameters, starred), onDemand, directory: options.directory }, diagnostics }
}

/** The diagnostics alone. */
export function checkDefinition(definition: PipelineDefinition, catalog: Catalog, options: CompileOptions = {}): Diagnostic[] {
  return check(definition, catalog, options).diagnostics
}

interface Checked extends Pick<CheckContext, 'objects' | 'parameters' | 'onDemand'> {
  readonly diagnostics: Diagnostic[]
  /** Names that an expression reads as secrets. */
  readonly starred: ReadonlySet<string>
}

function check(
  definition: PipelineDefinition,
  catalog: Catalog,
  { values = {}, strict = false, form = 'yaml', purpose = 'activation', now }: CompileOptions,
): Checked {
  const usesOf = rememberUses()
  const { names, starred } = namesInUse(definition, usesOf)
  const parameters = bindParameters(definition, values, { used: names, purpose })
  const { heirs, diagnostics } = inherit(definition)
  const substitute = substituteWith((id) => known(definition, parameters, id))
  const onDemand = runsOnDemand(heirs, substitute)
  const objects = borrowLimits(borrowSchedules(resolveObjects(heirs, catalog, substitute, onDemand)))
  const context: CheckContext = { definition, catalog, objects, parameters, usesOf, onDemand, strict, form, purpose, now }
  const found = [...parameters.diagnostics, ...diagnostics, ...checks.flatMap((each) => each(context))]
  if (!found.some(({ severity }) => severity === 'error')) found.push(...checkUnused(context))
  return { diagnostics: inOrder(found), objects, parameters, starred, onDemand }
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
