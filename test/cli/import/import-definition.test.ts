import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { importDefinition } from '../../../engine/cli/import/import-definition.ts'
import type { AwsDefinition, AwsField } from '../../../engine/clients/data-pipeline.ts'
import { declaredKinds, referenceIn } from '../../../engine/definition/declared-kinds.ts'
import { fateLabel, type FieldFate } from '../../../engine/definition/import/fate.ts'
import type { FieldValue, PipelineDefinition } from '../../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../../engine/spec/load-catalog.ts'
import { anyDefinition } from '../../support/any-definition.ts'
import { inApiShape, ref, text } from '../../support/aws-shape.ts'

const catalog = await loadCatalog()

describe('any pipeline', () => {
  const anyPipeline = anyDefinition().map((definition) => ({ definition, aws: inApiShape(definition) }))

  test.each(['yaml', 'json'] as const)('is the same when its %s is read back', (to) => {
    fc.assert(
      fc.property(anyPipeline, ({ definition, aws }) => {
        const { name = '', description } = definition
        const written = importDefinition({ origin: 'df-1', name, description, definition: aws }, { to, file: 'x' }, catalog)
        const read = readDefinition(written.text, 'x')
        expect(read.diagnostics).toEqual([])
        expect(read.definition && said(read.definition)).toEqual(said(definition))
      }),
      { numRuns: 100 },
    )
  })

  test('has every field in the report exactly once', () => {
    fc.assert(
      fc.property(anyPipeline, ({ definition, aws }) => {
        const { fates } = importDefinition(
          { origin: 'df-1', name: definition.name ?? '', definition: aws },
          { to: 'yaml', file: 'x' },
          catalog,
        )
        const reported = fates.filter(({ of }) => of !== 'pipeline').map(({ of, id, field }) => [of, id, field])
        const sent = [
          ...aws.objects.flatMap(({ id, fields }) => ['id', 'name', ...keysOf(fields)].map((key) => ['object', id, key])),
          ...aws.parameters.flatMap(({ id, attributes }) => ['id', ...keysOf(attributes, 'name')].map((key) => ['parameter', id, key])),
          ...new Set(aws.values.map(({ id }) => id)).values().map((id) => ['value', id, '']),
        ]
        expect(reported.toSorted(byText)).toEqual(sent.toSorted(byText))
        expect(fates.filter(({ fate, why }) => fate !== 'kept' && !why?.endsWith('.'))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})

/** What a definition says, without places, and without fields that have no values. */
function said(definition: PipelineDefinition): object {
  const { name, description, objects, parameters, values } = definition
  const kindOf = declaredKinds(definition, catalog)
  return {
    name,
    description,
    objects: Object.fromEntries(
      [...objects].map(([id, object]) => [
        id,
        [
          object.name,
          object.type,
          present(object.fields).map(([key, given]) => [
            key,
            given.map((value: FieldValue) => referenceIn(value, kindOf(object, key)) ?? value),
          ]),
        ],
      ]),
    ),
    parameters: [...parameters.values()].map(({ id, secret, attributes }) => [id, secret, present(attributes)]),
    values: present(values),
  }
}

function present<T>(map: ReadonlyMap<string, readonly T[]>): [string, readonly T[]][] {
  return [...map].filter(([, values]) => values.length > 0).map(([key, values]) => [key, values.map(withoutPlace)])
}

function withoutPlace<T>(value: T): T {
  return typeof value === 'object' && value !== null ? { ...value, range: undefined } : value
}

function keysOf(fields: readonly AwsField[], mayBeCalled = ''): Set<string> {
  return new Set(fields.map(({ key }) => (key === 'id' || (key === 'name' && mayBeCalled === '') ? `fields.${key}` : key)))
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : Number(left > right)
}

describe('the fate of a field', () => {
  const others: AwsDefinition['objects'] = [
    { id: 'Default', name: 'Default', fields: [text('scheduleType', 'ondemand')] },
    { id: 'Base', name: 'Base', fields: [text('type', 'ShellCommandActivity'), text('command', 'hi')] },
  ]
  const cases: [string, AwsField[], string, FieldFate['fate'], string][] = [
    ['a field that its type has', [text('type', 'ShellCommandActivity'), text('command', 'x')], 'command', 'kept', 'kept'],
    ['a field of the author', [text('type', 'ShellCommandActivity'), text('myOwn', 'x')], 'myOwn', 'kept', 'kept'],
    ['a reference', [text('type', 'ShellCommandActivity'), ref('dependsOn', 'Base')], 'dependsOn', 'kept', 'kept'],
    ['the parent', [ref('parent', 'Base')], 'parent', 'kept', 'kept'],
    ['a type', [text('type', 'ShellCommandActivity')], 'type', 'kept', 'kept'],
    ['a field of a parent that some type has', [text('maximumRetries', '1')], 'maximumRetries', 'kept', 'kept'],
    ['a type in other letters', [text('type', 's3datanode')], 'type', 'changed', 'Written S3DataNode, as Sluice spells "s3datanode".'],
    ['a runtime field', [text('type', 'CSV'), text('@status', 'x')], '@status', 'changed', 'The engine writes it at run time'],
    [
      'one without the sign',
      [text('type', 'ShellCommandActivity'), text('hostname', 'x')],
      'hostname',
      'changed',
      'The engine writes it at run time',
    ],
    ['one of an untyped object', [text('@pipelineId', 'x')], '@pipelineId', 'changed', 'The engine writes it at run time'],
    ['a field that its type has not', [text('type', 'CSV'), text('command', 'x')], 'command', 'changed', 'CSV has no such field'],
    [
      "one that its parent's type has not",
      [ref('parent', 'Base'), text('filePath', 'x')],
      'filePath',
      'changed',
      'ShellCommandActivity has no such field',
    ],
    ['a field that no type has', [text('nonsense', 'x')], 'nonsense', 'changed', 'No type has such a field'],
    [
      'text for a reference',
      [text('type', 'ShellCommandActivity'), text('dependsOn', 'Base')],
      'dependsOn',
      'changed',
      'it refers to the object',
    ],
    [
      'a type that cannot run yet',
      [text('type', 'EmrCluster')],
      'type',
      'not supported',
      'EmrCluster is not supported yet: Sluice has no EMR clusters.',
    ],
    [
      'a type that nobody declared',
      [text('type', 'CopyActivty')],
      'type',
      'not supported',
      'Sluice has no such type. Did you mean "CopyActivity"?',
    ],
    ['a field of such a type', [text('type', 'Nonsense'), text('command', 'x')], 'command', 'kept', 'kept'],
    ['a field that may not be set', [text('type', 'Ec2Resource'), text('workerGroup', 'x')], 'workerGroup', 'not supported', ''],
    [
      'a masked secret',
      [text('type', 'JdbcDatabase'), text('*password', '********')],
      '*password',
      'not supported',
      'AWS shows only asterisks',
    ],
    ['a secret that is not masked', [text('type', 'JdbcDatabase'), text('*password', '#{*myPassword}')], '*password', 'kept', 'kept'],
    ['a field of no value', [text('type', 'CSV'), { key: 'column' }], 'column', 'not supported', 'It has no value.'],
    [
      'one value of several that is none',
      [text('type', 'CSV'), { key: 'column' }, text('column', 'a')],
      'column',
      'changed',
      'A value that holds neither',
    ],
    ['text and a reference at once', [{ key: 'myOwn', stringValue: 'a', refValue: 'Base' }], 'myOwn', 'changed', 'the text is taken'],
    ['a field that is called id', [text('id', 'x')], 'fields.id', 'not supported', 'The id of an object stands beside its fields'],
  ]

  test.each(cases)('%s', (_what, fields, field, fate, why) => {
    const aws = { objects: [...others, { id: 'It', name: 'It', fields }], parameters: [], values: [] }
    const { fates } = importDefinition({ origin: 'df-1', name: 'n', definition: aws }, { to: 'yaml', file: 'x' }, catalog)
    const [found, ...more] = fates.filter((one) => one.id === 'It' && one.field === field)
    expect(more).toEqual([])
    expect(found).toMatchObject({ of: 'object', fate })
    expect(found?.why ?? 'kept').toContain(why)
  })

  test('is named in words', () => {
    const named = (of: FieldFate['of'], id: string, field: string): string => fateLabel({ of, id, field })
    expect([
      named('object', 'a', 'b'),
      named('parameter', 'a', 'b'),
      named('value', 'a', ''),
      named('tag', 'a', ''),
      named('pipeline', '', 'b'),
    ]).toEqual(['a.b', 'parameter a.b', 'value a', 'tag a', 'b'])
  })
})

describe('nothing is written', () => {
  test('for an id that looks like another one, which the reader refuses', () => {
    const definition = { objects: ['a\u200b', 'a'].map((id) => ({ id, name: id, fields: [] })), parameters: [], values: [] }
    const write = () => importDefinition({ origin: 'df-1', name: 'n', definition }, { to: 'yaml', file: 'x' }, catalog)
    expect(write).toThrow('df-1 cannot be written without loss: The object "a" is missing.')
  })
})
