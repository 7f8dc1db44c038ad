import type { AwsDefinition, AwsField } from '../../engine/clients/data-pipeline.ts'
import type { PipelineDefinition } from '../../engine/definition/pipeline-definition.ts'

/** As GetPipelineDefinition answers. It has no word for a field or an attribute of no values. */
export function inApiShape({ objects, parameters, values }: PipelineDefinition): AwsDefinition {
  return {
    objects: [...objects.values()].map(({ id, name, type, fields }) => ({
      id,
      name,
      fields: [
        ...(type === undefined ? [] : [{ key: 'type', stringValue: type }]),
        ...[...fields].flatMap(([key, given]) =>
          given.map((value) => ('ref' in value ? { key, refValue: value.ref } : { key, stringValue: value.text })),
        ),
      ],
    })),
    parameters: [...parameters.values()].map(({ id, secret, attributes }) => ({
      id: secret ? `*${id}` : id,
      attributes: [...attributes].flatMap(([key, texts]) => texts.map((stringValue) => ({ key, stringValue }))),
    })),
    values: [...values].flatMap(([id, texts]) => texts.map((stringValue) => ({ id: `*${id}`, stringValue }))),
  }
}

export function text(key: string, stringValue: string): AwsField {
  return { key, stringValue }
}

export function ref(key: string, refValue: string): AwsField {
  return { key, refValue }
}
