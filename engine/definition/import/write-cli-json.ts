import type { AwsDefinition, AwsField } from '../../clients/data-pipeline.ts'
import { writeJson, type Json, type JsonMap } from '../write-json.ts'

/** What the pipeline itself is called, which stands beside its definition. */
export interface Heading {
  readonly name: string
  readonly description?: string
}

/** The definition as `aws datapipeline get-pipeline-definition` prints it, with name and description where `sluice convert` has them.
 *  Several values of one key are a list. An object without a name stays without. */
export function writeCliJson({ name, description }: Heading, { objects, parameters, values }: AwsDefinition): string {
  const texts = Map.groupBy(values, ({ id }) => id)
  const members: [string, Json | undefined][] = [
    ['name', name],
    ['description', description],
    [
      'objects',
      objects.map((object) =>
        carrier([['id', object.id], ...(object.name === undefined ? [] : [['name', object.name] as const])], object.fields),
      ),
    ],
    ['parameters', parameters.length > 0 ? parameters.map(({ id, attributes }) => carrier([['id', id]], attributes)) : undefined],
    [
      'values',
      texts.size > 0 ? { pairs: [...texts].map(([id, given]) => [id, oneOrList(given.map(({ stringValue }) => stringValue))]) } : undefined,
    ],
  ]
  return writeJson({ pairs: members.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])) })
}

function carrier(head: JsonMap['pairs'], fields: readonly AwsField[]): JsonMap {
  const grouped = [...Map.groupBy(fields, ({ key }) => key)].map(([key, values]) => [key, oneOrList(values.map(valueOf))] as const)
  return { pairs: [...head, ...grouped] }
}

function valueOf({ stringValue, refValue = '' }: AwsField): Json {
  return stringValue ?? { pairs: [['ref', refValue]] }
}

function oneOrList(values: readonly Json[]): Json {
  const [only] = values
  return values.length === 1 && only !== undefined ? only : values
}
