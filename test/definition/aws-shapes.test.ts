import { expect, test } from 'vitest'
import { readDefinition } from '../../engine/definition/read-definition.ts'

const cliFile = {
  objects: [
    { id: 'Default', name: 'Default', scheduleType: 'ondemand' },
    { id: 'Load', name: 'Loads', type: 'HiveActivity', input: [{ ref: 'A' }, { ref: 'B' }], stage: 'true' },
  ],
  parameters: [{ id: '*myPassword', type: 'String', allowedValues: ['a', 'b'] }],
  values: { '*myPassword': 'a', myList: ['x', 'y'] },
}

const api = {
  pipelineObjects: [
    { id: 'Default', name: 'Default', fields: [{ key: 'scheduleType', stringValue: 'ondemand' }] },
    {
      id: 'Load',
      name: 'Loads',
      fields: [
        { key: 'type', stringValue: 'HiveActivity' },
        { key: 'input', refValue: 'A' },
        { key: 'input', refValue: 'B' },
        { key: 'stage', stringValue: 'true' },
      ],
    },
  ],
  parameterObjects: [
    {
      id: '*myPassword',
      attributes: [
        { key: 'type', stringValue: 'String' },
        { key: 'allowedValues', stringValue: 'a' },
        { key: 'allowedValues', stringValue: 'b' },
      ],
    },
  ],
  parameterValues: [
    { id: '*myPassword', stringValue: 'a' },
    { id: 'myList', stringValue: 'x' },
    { id: 'myList', stringValue: 'y' },
  ],
}

/** As CloudFormation spells it: every key with a capital. */
function capitals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitals)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`${key[0]?.toUpperCase()}${key.slice(1)}`, capitals(item)]))
}

const properties = { Name: 'nightly', Description: 'loads', ...(capitals(api) as object) }
const resource = { Type: 'AWS::DataPipeline::Pipeline', Properties: properties }
const plain = (value: unknown) => {
  const { definition, form, diagnostics } = readDefinition(JSON.stringify(value), 'x')
  expect(diagnostics).toEqual([])
  expect(form).toBe('json')
  const objects = [...(definition?.objects.values() ?? [])].map(({ id, name, type, fields }) => ({
    id,
    name,
    type,
    fields: [...fields].map(([key, values]) => [key, values.map((item) => ('ref' in item ? { ref: item.ref } : item.text))]),
  }))
  const parameters = [...(definition?.parameters.values() ?? [])].map(({ id, secret, attributes }) => ({
    id,
    secret,
    attributes: [...attributes],
  }))
  return { objects, parameters, values: [...(definition?.values ?? [])], secrets: [...(definition?.secretValues ?? [])] }
}

test.each([
  ["an answer of the API, with the API's names", api],
  ['an answer of the API that calls the fields slots', JSON.parse(JSON.stringify(api).replaceAll('"fields"', '"slots"'))],
  ['the properties of a CloudFormation resource', properties],
  ['a CloudFormation resource', resource],
  [
    'a CloudFormation template',
    { AWSTemplateFormatVersion: '2010-09-09', Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, Nightly: resource } },
  ],
  ["the CLI's file with the API's fields in it", { ...cliFile, objects: api.pipelineObjects }],
])('%s is the same definition as the file of the CLI', (_name, value) => {
  expect(plain(value)).toEqual(plain(cliFile))
})

test('name and description of a CloudFormation pipeline are kept', () => {
  expect(readDefinition(JSON.stringify(resource), 'x.json').definition).toMatchObject({ name: 'nightly', description: 'loads' })
})

test.each([
  [
    'no pipeline',
    { Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } },
    'The template has no resource of type AWS::DataPipeline::Pipeline.',
  ],
  ['two pipelines', { Resources: { A: resource, B: resource } }, 'The template makes several pipelines: A, B.'],
])('a template with %s is refused with a sentence', (_name, value, message) => {
  expect(readDefinition(JSON.stringify(value), 'x').diagnostics).toMatchObject([{ code: 'NOT_A_DEFINITION', message }])
})

test("CloudFormation's own functions in a value are told, not swallowed", () => {
  const text = JSON.stringify(resource).replace('"StringValue":"true"', '"StringValue":{"Ref":"Bucket"}')
  expect(readDefinition(text, 'x').diagnostics).toMatchObject([{ code: 'BAD_VALUE', message: 'Load.stage is a map.' }])
})

test('a parameter value without an id is told', () => {
  const text = JSON.stringify({ ...api, parameterValues: [{ stringValue: 'x' }] })
  expect(readDefinition(text, 'x').diagnostics).toMatchObject([{ code: 'BAD_PARAMETER' }])
})

test('an API list that names a key twice is no repeated key', () => {
  expect(plain(api).objects[1]?.fields).toContainEqual(['input', [{ ref: 'A' }, { ref: 'B' }]])
})
