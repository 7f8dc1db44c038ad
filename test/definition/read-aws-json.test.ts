import { expect, test } from 'vitest'
import { formatDiagnostic } from '../../engine/definition/diagnostic.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'

test('AWS JSON is recognised by its lists, whatever the file is called', () => {
  const { definition, diagnostics } = readDefinition(
    JSON.stringify({
      metadata: { templateName: 'ignored' },
      objects: [
        { id: 'Default', scheduleType: 'ondemand' },
        { id: 'Load', name: 'Loads', type: 'Work', input: [{ ref: 'A' }, { ref: 'B' }], maximumRetries: 3, stage: true },
      ],
      parameters: [{ id: '*myPassword', type: 'String' }],
      values: { myPassword: 'x', myList: ['a', 'b'] },
    }),
    'x.yaml',
  )
  expect(diagnostics).toEqual([])
  expect(definition?.objects.get('Load')).toMatchObject({ name: 'Loads', type: 'Work' })
  expect(definition?.objects.get('Load')?.fields.get('input')).toMatchObject([{ ref: 'A' }, { ref: 'B' }])
  expect(definition?.objects.get('Load')?.fields.get('maximumRetries')).toMatchObject([{ text: '3' }])
  expect(definition?.objects.get('Load')?.fields.get('stage')).toMatchObject([{ text: 'true' }])
  expect(definition?.parameters.get('myPassword')).toMatchObject({ secret: true })
  expect(definition?.values.get('myList')).toEqual(['a', 'b'])
})

test('a key that comes twice in an object is a list', () => {
  const { definition } = readDefinition('{"objects": [{"id": "a", "step": "1", "type": "X", "step": ["2", "3"]}]}', 'x')
  expect(definition?.objects.get('a')?.fields.get('step')).toMatchObject([{ text: '1' }, { text: '2' }, { text: '3' }])
})

test('line breaks and tabs inside quotes and trailing commas are forgiven with a warning each, and what they say is kept', () => {
  const { definition, diagnostics } = readDefinition('{"objects": [{"id": "a", "command": "one\ntwo\t\\"3\\"",},],}', 'x')
  expect(diagnostics.map(formatDiagnostic)).toMatchInlineSnapshot(`
    [
      "x:1:37: warning REPAIRED_JSON: JSON does not allow a line break inside a string: it was kept as one.
      hint: AWS's own CLI refuses the file. Write it as \\n.",
      "x:2:4: warning REPAIRED_JSON: JSON does not allow a tab inside a string: it was kept as one.
      hint: AWS's own CLI refuses the file. Write it as \\t.",
      "x:2:11: warning REPAIRED_JSON: JSON does not allow a comma with nothing behind it: it was dropped. There are 3 of them.
      hint: AWS's own CLI refuses the file. Remove it.",
    ]
  `)
  expect(definition?.objects.get('a')?.fields.get('command')).toMatchObject([{ text: 'one\ntwo\t"3"' }])
})

test('the fields of the API are read like those of the CLI', () => {
  const fields = [
    { key: 'type', stringValue: 'Work' },
    { key: 'input', refValue: 'A' },
    { key: 'input', refValue: 'B' },
  ]
  const { definition } = readDefinition(JSON.stringify({ objects: [{ id: 'a', name: 'A', fields }] }), 'x')
  expect(definition?.objects.get('a')).toMatchObject({ type: 'Work', name: 'A' })
  expect(definition?.objects.get('a')?.fields.get('input')).toMatchObject([{ ref: 'A' }, { ref: 'B' }])
})

test('an object with the name Default and no id is Default', () => {
  const { definition } = readDefinition('{"objects": [{"name": "Default", "role": "r"}]}', 'x')
  expect(definition?.objects.get('Default')?.fields.get('role')).toMatchObject([{ text: 'r' }])
})
