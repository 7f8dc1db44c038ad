import type { AwsDefinition, AwsField } from '../../clients/data-pipeline.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { declaredKinds } from '../declared-kinds.ts'
import { inherit } from '../inherit.ts'
import type { PipelineDefinition } from '../pipeline-definition.ts'
import { kept, reportedName, type FieldFate, type Judgement } from './fate.ts'
import { judgeField } from './judge-field.ts'

/** The fate of every field of every object, parameter and value that AWS sent, each once and in AWS's order. `mended` are the fates
 *  known from mending; `definition` is what the file says. */
export function fidelityReport(
  aws: AwsDefinition,
  mended: readonly FieldFate[],
  definition: PipelineDefinition,
  catalog: Catalog,
): FieldFate[] {
  const known = new Map(mended.map((fate) => [keyOf(fate.of, fate.id, fate.field), fate]))
  const kindOf = declaredKinds(definition, catalog)
  const { heirs } = inherit(definition)
  const fateOf = (of: FieldFate['of'], id: string, field: string, judge: () => Judgement = () => kept): FieldFate =>
    known.get(keyOf(of, id, field)) ?? { of, id, field, ...judge() }

  const objects = aws.objects.flatMap(({ id, name, fields }) => {
    const written = definition.objects.get(id)
    const carrier = (key: string) => ({ type: heirs.get(id)?.type, kind: written && kindOf(written, key) })
    return [
      fateOf('object', id, 'id'),
      ...(name === undefined ? [] : [fateOf('object', id, 'name')]),
      ...grouped(fields).map(([key, values]) =>
        fateOf('object', id, reportedName(key), () => judgeField(key, values, carrier(key), catalog)),
      ),
    ]
  })
  const parameters = aws.parameters.flatMap(({ id, attributes }) => [
    fateOf('parameter', id, 'id'),
    ...grouped(attributes).map(([key]) => fateOf('parameter', id, reportedName(key))),
  ])
  const values = [...new Set(aws.values.map(({ id }) => id))].map((id) => fateOf('value', id, ''))
  return [...objects, ...parameters, ...values]
}

function grouped(fields: readonly AwsField[]): [string, AwsField[]][] {
  return [...Map.groupBy(fields, ({ key }) => key)]
}

function keyOf(...names: readonly string[]): string {
  return JSON.stringify(names)
}
