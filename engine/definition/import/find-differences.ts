import type { AwsDefinition, AwsField, AwsObject, AwsParameter, AwsValue } from '../../clients/data-pipeline.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { declaredKinds, referenceIn, type KindOf } from '../declared-kinds.ts'
import { bareName } from '../definition-draft.ts'
import type { FieldValue, PipelineDefinition, PipelineObject } from '../pipeline-definition.ts'
import type { Heading } from './write-cli-json.ts'

/** One sentence for each thing that the definition, read back from its file, says otherwise than AWS did: empty when nothing was lost and
 *  nothing was added. It knows nothing of how the file was written. */
export function findDifferences(heading: Heading, aws: AwsDefinition, read: PipelineDefinition, catalog: Catalog): string[] {
  const kindOf = declaredKinds(read, catalog)
  return [
    ...compare('The name', heading.name, read.name),
    ...compare('The description', heading.description, read.description),
    ...twice('objects', aws.objects),
    ...twice('parameters', aws.parameters),
    ...surplus('object', new Set(aws.objects.map(({ id }) => id)), read.objects.keys()),
    ...surplus('parameter', new Set(aws.parameters.map(({ id }) => bareName(id).id)), read.parameters.keys()),
    ...aws.objects.flatMap((object) => objectDifferences(object, read.objects.get(object.id), kindOf)),
    ...aws.parameters.flatMap((parameter) => parameterDifferences(parameter, read)),
    ...valueDifferences(aws.values, read),
  ]
}

function objectDifferences(aws: AwsObject, read: PipelineObject | undefined, kindOf: KindOf): string[] {
  const { id } = aws
  if (!read) return [`The object "${id}" is missing.`]
  const types = aws.fields.filter(({ key }) => key === 'type')
  const others = Map.groupBy(
    aws.fields.filter(({ key }) => key !== 'type'),
    ({ key }) => key,
  )
  const wanted = new Map(
    [...others].map(([key, values]) => [
      key,
      values.map((value) => saidByAws(value, key === 'parent' || kindOf(read, key) === 'reference')),
    ]),
  )
  const found = new Map([...read.fields].map(([key, values]) => [key, values.map((value) => said(value, key, read, kindOf))]))
  return [
    ...compare(`${id}.name`, aws.name ?? id, read.name),
    ...compare(
      `${id}.type`,
      types.length > 0 ? types.map(({ stringValue }) => stringValue) : undefined,
      read.type === undefined ? undefined : [read.type],
    ),
    ...compareMaps(id, wanted, found),
  ]
}

/** Text and references as one comparable word; plain text that stands for a reference is one. */
function said(value: FieldValue, key: string, object: PipelineObject, kindOf: KindOf): string {
  const ref = referenceIn(value, key === 'parent' ? 'reference' : kindOf(object, key))
  return ref === undefined && 'text' in value ? `text ${value.text}` : `ref ${ref}`
}

function saidByAws({ stringValue, refValue }: AwsField, isReference: boolean): string {
  return stringValue === undefined ? `ref ${refValue}` : `${isReference ? 'ref' : 'text'} ${stringValue}`
}

function parameterDifferences({ id: starred, attributes }: AwsParameter, { parameters }: PipelineDefinition): string[] {
  const { id, secret } = bareName(starred)
  const read = parameters.get(id)
  if (!read) return [`The parameter "${id}" is missing.`]
  const wanted = new Map(
    [...Map.groupBy(attributes, ({ key }) => key)].map(([key, values]) => [key, values.map(({ stringValue }) => stringValue)]),
  )
  return [...compare(`Whether ${id} is secret`, secret, read.secret), ...compareMaps(id, wanted, read.attributes, () => secret)]
}

function valueDifferences(values: readonly AwsValue[], read: PipelineDefinition): string[] {
  const wanted = Map.groupBy(values, ({ id }) => id)
  const found = new Map([...read.values].map(([id, texts]) => [read.secretValues?.has(id) ? `*${id}` : id, texts]))
  return compareMaps('values', new Map([...wanted].map(([id, given]) => [id, given.map(({ stringValue }) => stringValue)])), found)
}

function compareMaps(
  label: string,
  wanted: ReadonlyMap<string, unknown>,
  found: ReadonlyMap<string, unknown>,
  isSecret: (key: string) => boolean = (key) => key.startsWith('*'),
): string[] {
  const keys = new Set([...wanted.keys(), ...found.keys()])
  return [...keys].flatMap((key) => compare(`${label}.${key}`, wanted.get(key), found.get(key), isSecret(key)))
}

/** What is secret is not shown. */
function compare(label: string, wanted: unknown, found: unknown, secret = false): string[] {
  const [there, here] = [JSON.stringify(wanted), JSON.stringify(found)]
  if (there === here) return []
  return [
    secret ? `${label} is not the same in AWS and in the file.` : `${label} is ${shown(there)} in AWS and ${shown(here)} in the file.`,
  ]
}

function shown(json: string | undefined): string {
  if (json === undefined) return 'absent'
  return json.length > 80 ? `${json.slice(0, 80)}...` : json
}

function surplus(kind: string, wanted: ReadonlySet<string>, found: Iterable<string>): string[] {
  return [...found].filter((id) => !wanted.has(id)).map((id) => `The ${kind} "${id}" is in the file and not in AWS.`)
}

function twice(kind: string, all: readonly { readonly id: string }[]): string[] {
  return [...Map.groupBy(all, ({ id }) => id)].flatMap(([id, { length }]) => (length > 1 ? [`${length} ${kind} have the id "${id}".`] : []))
}
