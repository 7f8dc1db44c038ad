import { compileDefinition } from '../../definition/compile.ts'
import type { Diagnostic } from '../../definition/diagnostic.ts'
import type { CompiledDefinition, PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { InstanceObjects } from '../../worker/evaluate/instance-object.ts'
import { KnownFields, type KnownField } from '../../worker/evaluate/known-fields.ts'
import { linkedIntervalsOf } from '../../worker/linked-intervals-of.ts'
import { lacksValue } from '../lacks-value.ts'
import type { FieldExpectation, PipelineTest, TestFailure } from './pipeline-test.ts'
import { TestTime } from './test-time.ts'

/** A definition with the parameters of one test. */
export interface TestSubject {
  readonly definition: PipelineDefinition
  readonly catalog: Catalog
  /** Absent when it has errors that no parameter and no later version would mend. */
  readonly compiled: CompiledDefinition | undefined
  /** What activation would refuse it with. Types that are not supported yet do not count: the definition is not to blame for them. */
  readonly errors: readonly Diagnostic[]
}

/** The definition as the test would have it. `directory` is the folder that relative `file:` paths start from. */
export function subjectOf(test: PipelineTest, definition: PipelineDefinition, catalog: Catalog, directory: string): TestSubject {
  const options = { values: test.parameters, directory }
  const { compiled } = compileDefinition(definition, catalog, { ...options, purpose: 'reading' })
  const { diagnostics } = compileDefinition(definition, catalog, { ...options, purpose: 'activation' })
  const errors = diagnostics.filter(({ code, severity }) => severity === 'error' && code !== 'NOT_SUPPORTED_YET')
  return { definition, catalog, compiled, errors }
}

/** Every expectation of the test that is not met. */
export function runTest(test: PipelineTest, subject: TestSubject): readonly TestFailure[] {
  const { compiled, definition, catalog } = subject
  const refusals = checkErrors(test, subject)
  if (test.fields.length === 0) return refusals
  if (!compiled) return refusals.length > 0 ? refusals : [nothingToLookAt(test)]
  const time = new TestTime(compiled, catalog, test.at?.time)
  const objects = new InstanceObjects(compiled, catalog, linkedIntervalsOf(compiled, time.activation))
  const known = new KnownFields(objects, lacksValue(compiled, definition))
  return [...refusals, ...test.fields.flatMap((expectation) => checkField(expectation, objects, known, time))]
}

function nothingToLookAt({ range }: PipelineTest): TestFailure {
  return { range, what: 'objects', expected: 'to be evaluated', actual: 'not there, since the definition has errors' }
}

/** A test that lists no errors stands for a definition that has none. */
function checkErrors({ errors: expected, range }: PipelineTest, { errors }: TestSubject): TestFailure[] {
  const actual = errors.map(({ code }) => code).toSorted()
  const wanted = expected?.codes.toSorted() ?? []
  if (wanted.join() === actual.join()) return []
  const sentences = errors.filter(({ code }) => !wanted.includes(code)).map(({ code, message }) => `${code}: ${message}`)
  const shown = actual.length === 0 ? 'none' : [actual.join(', '), ...sentences].join('\n')
  return [{ range: expected?.range ?? range, what: 'errors', expected: wanted.join(', ') || 'none', actual: shown }]
}

function checkField(expectation: FieldExpectation, objects: InstanceObjects, known: KnownFields, time: TestTime): TestFailure[] {
  const { object, field, values, range } = expectation
  const failure = (actual: string, expected = show(values)): TestFailure[] => [{ range, what: `${object}.${field}`, expected, actual }]
  try {
    const found = evaluate(expectation, objects, known, time)
    if (found.refused !== undefined) return failure(found.secret ? 'a secret that the field does not take' : found.refused)
    if (isSame(values, found)) return []
    if (found.secret) return failure('another value, with a secret in it', '********')
    return failure(`${show(found.values)}${found.unresolved === undefined ? '' : `\n${found.unresolved}`}`)
  } catch (error) {
    if (error instanceof SluiceError) return failure(error.message)
    throw error
  }
}

type Found = KnownField & { readonly isLeftOut: boolean }

/** The field as the worker receives it, its declaration's default included. */
function evaluate({ object: id, field }: FieldExpectation, objects: InstanceObjects, known: KnownFields, time: TestTime): Found {
  const self = objects.get(id, time.intervalOf(id))
  if (!self) throw new Error(`The names of the test were not checked: ${id}.`)
  const nodeId = time.nodeOf(id)
  const found = known.field(self, field, nodeId === undefined ? undefined : objects.get(nodeId, time.intervalOf(nodeId)))
  const usual = self.declaration?.fields[field]?.defaultText
  const isLeftOut = found.values.length === 0 || (usual !== undefined && !Object.hasOwn(self.component.fields, field))
  return { ...found, values: found.values.length === 0 && usual !== undefined ? [usual] : found.values, isLeftOut }
}

/** A field that is left out has its default, and is none the less left out. */
function isSame(expected: readonly string[], { values, isLeftOut }: Found): boolean {
  if (expected.length === 0) return isLeftOut
  return expected.length === values.length && expected.every((text, at) => text === values[at])
}

function show(values: readonly string[]): string {
  if (values.length === 0) return 'left out'
  return values.length === 1 ? JSON.stringify(values[0]) : JSON.stringify(values)
}
