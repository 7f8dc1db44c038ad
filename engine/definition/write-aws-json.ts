import type { Catalog } from '../spec/catalog.ts'
import type { FieldKind } from '../spec/field.ts'
import { declaredKinds, referenceIn, type KindOf } from './declared-kinds.ts'
import type { FieldValue, Parameter, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { writeJson, type Json, type JsonMap } from './write-json.ts'

/** The definition as `aws datapipeline put-pipeline-definition` takes it: every scalar is text, every reference `{"ref": id}`, several
 *  values are a list. Name and description stand beside the objects, where AWS's CLI does not look.
 *  @see spec/objects.json, definitionFile */
export function writeAwsJson(definition: PipelineDefinition, catalog: Catalog): string {
  const { name, description, objects, parameters, values, secretValues } = definition
  const kindOf = declaredKinds(definition, catalog)
  const starred = [...values].map(([id, texts]): [string, Json] => [secretValues?.has(id) ? `*${id}` : id, oneOrList(texts)])
  const members: [string, Json | undefined][] = [
    ['name', name],
    ['description', description],
    ['objects', [...objects.values()].map((object) => objectEntry(object, kindOf))],
    ['parameters', parameters.size > 0 ? [...parameters.values()].map(parameterEntry) : undefined],
    ['values', values.size > 0 ? { pairs: starred } : undefined],
  ]
  return `${writeJson({ pairs: members.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])) })}\n`
}

function objectEntry(object: PipelineObject, kindOf: KindOf): JsonMap {
  const { id, name, type, fields } = object
  const written = [...fields].map(([field, values]): [string, Json] => {
    const kind = kindOf(object, field)
    return [field, oneOrList(values.map((value) => fieldEntry(value, kind)))]
  })
  return { pairs: [['id', id], ['name', name], ...(type === undefined ? [] : [['type', type] as const]), ...written] }
}

function fieldEntry(value: FieldValue, kind: FieldKind | undefined): Json {
  const ref = referenceIn(value, kind)
  if (ref !== undefined) return { pairs: [['ref', ref]] }
  return 'text' in value ? value.text : value.ref
}

function parameterEntry({ id, secret, attributes }: Parameter): JsonMap {
  const written = [...attributes].map(([name, texts]): [string, Json] => [name, oneOrList(texts)])
  return { pairs: [['id', secret ? `*${id}` : id], ...written] }
}

function oneOrList(values: readonly Json[]): Json {
  const [only] = values
  return values.length === 1 && only !== undefined ? only : values
}
