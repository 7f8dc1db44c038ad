import type { Diagnostic } from '../../definition/diagnostic.ts'
import { didYouMean, didYouMeanId } from '../../definition/did-you-mean.ts'
import type { CompiledDefinition, Component } from '../../definition/pipeline-definition.ts'
import { mistake } from '../../definition/problem.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { FieldExpectation, PipelineTest } from './pipeline-test.ts'

/** One diagnostic for each object and each field that a test names and the definition has not: such an expectation would mean nothing. */
export function checkNames({ fields }: PipelineTest, { components }: CompiledDefinition, catalog: Catalog): Diagnostic[] {
  const ids = new Map(Object.entries(components))
  return fields.flatMap((expectation) => {
    const component = ids.get(expectation.object)
    if (component) return checkField(expectation, component, catalog)
    const { object, objectRange } = expectation
    return [mistake('UNKNOWN_OBJECT', objectRange, `The definition has no object "${object}" that has a type.`, didYouMeanId(object, ids))]
  })
}

function checkField({ field, fieldRange }: FieldExpectation, { id, type, fields }: Component, catalog: Catalog): Diagnostic[] {
  const declared = catalog.get(type)?.fields ?? {}
  const known = new Set(['id', 'name', 'type', ...Object.keys(declared), ...Object.keys(fields)])
  if (known.has(field) || known.has(`*${field}`) || known.has(field.replace(/^\*/, ''))) return []
  return [mistake('UNKNOWN_FIELD', fieldRange, `${id} is of type ${type}, which has no field "${field}".`, didYouMean(field, known))]
}
