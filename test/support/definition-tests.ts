import { parse } from 'yaml'
import { compileDefinition } from '../../engine/definition/compile.ts'
import type { Diagnostic } from '../../engine/definition/diagnostic.ts'
import type { CompiledDefinition, PipelineDefinition } from '../../engine/definition/pipeline-definition.ts'
import { evaluateField, type EvaluationScope } from '../../engine/expression/index.ts'
import { createCatalog, type Catalog } from '../../engine/spec/catalog.ts'
import { addPeriod, parsePeriod } from '../../engine/spec/period.ts'
import { InstanceObjects } from '../../engine/worker/evaluate/instance-object.ts'
import { sameInterval, type Interval } from '../../engine/worker/evaluate/interval.ts'

/** One entry of a definition's `tests:`. */
export interface DefinitionTest {
  readonly name: string
  readonly parameters: Readonly<Record<string, Written>>
  readonly at?: string
  readonly expect: {
    readonly errors?: readonly string[]
    /** By object, by field: null for a field that is left out, a list for several values. */
    readonly objects?: Readonly<Record<string, Readonly<Record<string, Written | null>>>>
  }
}

type Written = string | number | boolean | readonly (string | number)[]

export function testsIn(text: string): readonly DefinitionTest[] {
  return (parse(text) as { readonly tests?: readonly DefinitionTest[] }).tests ?? []
}

/** The catalogue as it will be when every type can run. */
function allSupported(catalog: Catalog): Catalog {
  return createCatalog([...catalog.types.values()].map((declaration) => ({ ...declaration, unsupported: undefined })))
}

/** What the definition comes to with the test's parameters, in the shape of the test's `expect`. */
export function outcomeOf(definition: PipelineDefinition, test: DefinitionTest, catalog: Catalog): DefinitionTest['expect'] {
  const values = Object.fromEntries(Object.entries(test.parameters).map(([id, written]) => [id, texts(written)]))
  const { compiled, diagnostics } = compileDefinition(definition, allSupported(catalog), { values })
  const errors = diagnostics.filter(isError).map(({ code }) => code)
  if (!compiled || errors.length > 0 || test.expect.errors) return { errors }
  const evaluate = evaluator(compiled, catalog, new Date(`${test.at}Z`))
  const expected = Object.entries(test.expect.objects ?? {})
  return {
    objects: Object.fromEntries(
      expected.map(([id, fields]) => [id, Object.fromEntries(Object.keys(fields).map((field) => [field, evaluate(id, field)]))]),
    ),
  }
}

/** What a test expects, with every value as text: the way `outcomeOf` tells it. */
export function expectationOf({ expect: { errors, objects = {} } }: DefinitionTest): DefinitionTest['expect'] {
  if (errors) return { errors }
  return {
    objects: Object.fromEntries(
      Object.entries(objects).map(([id, fields]) => [
        id,
        Object.fromEntries(Object.entries(fields).map(([field, written]) => [field, written === null ? null : oneOrList(texts(written))])),
      ]),
    ),
  }
}

export function isError({ severity }: Diagnostic): boolean {
  return severity === 'error'
}

function texts(written: Written): readonly string[] {
  return typeof written === 'object' ? written.map(String) : [String(written)]
}

function oneOrList(values: readonly string[]): string | readonly string[] | null {
  if (values.length > 1) return values
  return values[0] ?? null
}

/** `at` is the activation, which is when the first interval starts. */
function evaluator(definition: CompiledDefinition, catalog: Catalog, at: Date) {
  const interval = intervalFrom(definition, at)
  const objects = new InstanceObjects(definition, catalog, sameInterval, { pipelineId: 'df-1', version: 1 })
  return (id: string, field: string): string | readonly string[] | null => {
    const self = objects.get(id, interval)
    if (!self) throw new Error(`The test expects something of ${id}, but no object has that id.`)
    return oneOrList(evaluateField({ ...parametersOf(definition), self }, field).values)
  }
}

function intervalFrom({ components, onDemand }: CompiledDefinition, start: Date): Interval {
  const schedule = Object.values(components).find(({ type }) => type === 'Schedule')
  const [value] = schedule?.fields['period'] ?? []
  const period = value && 'text' in value ? parsePeriod(value.text) : undefined
  return { start, end: period && !onDemand ? addPeriod(start, period) : start }
}

function parametersOf({ parameters, secretParameters }: CompiledDefinition): Omit<EvaluationScope, 'self'> {
  return {
    parameter: (id) => parameters[id],
    isDeclaredParameter: (id) => /^my[A-Z_0-9]/.test(id),
    isSecretParameter: (id) => secretParameters.includes(id),
    parameterNames: () => Object.keys(parameters),
  }
}
