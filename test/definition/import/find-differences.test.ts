import { expect, describe, test } from 'vitest'
import type { AwsDefinition } from '../../../engine/clients/data-pipeline.ts'
import type { FieldFate } from '../../../engine/definition/import/fate.ts'
import { fidelityReport } from '../../../engine/definition/import/fidelity.ts'
import { findDifferences } from '../../../engine/definition/import/find-differences.ts'
import { writeCliJson } from '../../../engine/definition/import/write-cli-json.ts'
import type { FieldValue, Parameter, PipelineObject } from '../../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../../engine/spec/load-catalog.ts'
import { inApiShape, ref, text } from '../../support/aws-shape.ts'

const catalog = await loadCatalog()

describe('a difference between AWS and the file is named', () => {
  const changes: [string, (read: Editable) => void, string][] = [
    ['none', () => {}, ''],
    ['another name', (read) => (read.name = 'x'), 'The name is "short" in AWS and "x" in the file.'],
    ['a description', (read) => (read.description = 'x'), 'The description is absent in AWS and "x" in the file.'],
    ['an object less', (read) => read.objects.delete('a'), 'The object "a" is missing.'],
    [
      'an object more',
      (read) => read.objects.set('c', { id: 'c', name: 'c', fields: new Map(), keyRanges: new Map() }),
      'The object "c" is in the file and not in AWS.',
    ],
    ['a field less', (read) => read.objects.get('a')?.fields.delete('command'), 'a.command is ["text hi"] in AWS and absent in the file.'],
    [
      'a field more',
      (read) => read.objects.get('a')?.fields.set('stage', [{ text: 'true' }]),
      'a.stage is absent in AWS and ["text true"] in the file.',
    ],
    [
      'another text',
      (read) => read.objects.get('a')?.fields.set('command', [{ text: 'ho' }]),
      'a.command is ["text hi"] in AWS and ["text ho"] in the file.',
    ],
    [
      'text for a reference',
      (read) => read.objects.get('a')?.fields.set('myRef', [{ text: 'b' }]),
      'a.myRef is ["ref b"] in AWS and ["text b"] in the file.',
    ],
    [
      'values in another order',
      (read) => read.objects.get('a')?.fields.set('scriptArgument', [{ text: '2' }, { text: '1' }]),
      'a.scriptArgument is ["text 1","text 2"] in AWS',
    ],
    [
      'another type',
      (read) => read.objects.set('b', { id: 'b', name: 'b', type: 'CSV', fields: new Map(), keyRanges: new Map() }),
      'b.type is absent in AWS and ["CSV"] in the file.',
    ],
    [
      'another object name',
      (read) => read.objects.set('b', { id: 'b', name: 'x', fields: new Map(), keyRanges: new Map() }),
      'b.name is "b" in AWS and "x" in the file.',
    ],
    ['a parameter less', (read) => read.parameters.delete('myP'), 'The parameter "myP" is missing.'],
    [
      'an attribute less',
      (read) => read.parameters.get('myP')?.attributes.delete('default'),
      'myP.default is not the same in AWS and in the file.',
    ],
    ['a value less', (read) => read.values.delete('*myP'.slice(1)), 'values.*myP is not the same in AWS and in the file.'],
    ['a secret in the open', (read) => read.secretValues.clear(), 'values.*myP is not the same in AWS and in the file.'],
  ]

  test.each(changes)('%s', (_what, change, sentence) => {
    const aws = inApiShape(readShort())
    const read = readShort()
    change(read)
    const [first = ''] = findDifferences({ name: 'short' }, aws, read, catalog)
    expect(first).toContain(sentence)
    expect(first === '').toBe(sentence === '')
  })

  test('plain text where a field is declared a reference is the same reference', () => {
    const aws = inApiShape(readShort())
    const read = readShort()
    read.objects.get('a')?.fields.set('dependsOn', [{ text: 'b' }])
    expect(findDifferences({ name: 'short' }, aws, read, catalog)).toEqual([])
  })
})

test('a fate known from mending is not judged again', () => {
  const aws = inApiShape(readShort())
  const fate: FieldFate = { of: 'object', id: 'a', field: 'command', fate: 'changed', why: 'Because.' }
  expect(fidelityReport(aws, [fate], readShort(), catalog).filter(({ field }) => field === 'command')).toEqual([fate])
})

interface Editable {
  name?: string
  description?: string
  objects: Map<string, PipelineObject & { fields: Map<string, FieldValue[]> }>
  parameters: Map<string, Parameter & { attributes: Map<string, string[]> }>
  values: Map<string, string[]>
  secretValues: Set<string>
}

function readShort(): Editable {
  const aws: AwsDefinition = {
    objects: [
      {
        id: 'a',
        fields: [
          text('type', 'ShellCommandActivity'),
          text('command', 'hi'),
          ref('dependsOn', 'b'),
          ref('myRef', 'b'),
          text('scriptArgument', '1'),
          text('scriptArgument', '2'),
        ],
      },
      { id: 'b', fields: [] },
    ],
    parameters: [{ id: '*myP', attributes: [text('default', 'd')] }],
    values: [{ id: '*myP', stringValue: 'v' }],
  }
  return readDefinition(writeCliJson({ name: 'short' }, aws), 'x').definition as Editable
}
