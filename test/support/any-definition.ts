import fc from 'fast-check'
import type { Parameter, PipelineDefinition, PipelineObject } from '../../engine/definition/pipeline-definition.ts'

/** A definition as it may have been read: whatever its ids, names and texts. */
export function anyDefinition(): fc.Arbitrary<PipelineDefinition> {
  const id = fc
    .oneof(fc.constantFrom('Default', 'a', 'b', '1', '2', '__proto__', 'null'), nastyTexts())
    .filter((text) => text !== '' && text !== '<<')
  const value = fc.oneof(
    nastyTexts().map((text) => ({ text })),
    fc.oneof(nastyTexts(), fc.constantFrom('a', 'b')).map((ref) => ({ ref })),
  )
  const fieldName = fc
    .oneof(fc.constantFrom('schedule', 'input', 'command', 'parent', 'maximumRetries', 'stage', '10', '9', 'toString'), nastyTexts())
    .filter((text) => !['id', 'name', 'type', '<<'].includes(text))
  const fields = fc.array(fc.tuple(fieldName, fc.array(value, { maxLength: 3 })), { maxLength: 5 }).map((entries) => new Map(entries))
  const type = fc.option(fc.oneof(fc.constantFrom('ShellCommandActivity', 'Schedule', 'CSV', 'S3DataNode', 'Default'), nastyTexts()), {
    nil: undefined,
  })
  const object = fc.record({ id, name: nastyTexts(), type, fields }).map((made): PipelineObject => ({ ...made, keyRanges: new Map() }))
  const bare = id.filter((text) => !text.startsWith('*'))
  const listed = fc.array(nastyTexts(), { maxLength: 3 })
  const values = fc.array(fc.tuple(bare, listed), { maxLength: 3 }).map((entries) => new Map(entries))
  const attribute = fc.tuple(
    nastyTexts().filter((text) => !['id', 'type', 'optional', 'isArray', '<<'].includes(text)),
    listed,
  )
  const attributes = fc.array(attribute, { maxLength: 4 }).map((entries) => new Map<string, readonly string[]>(entries))
  const parameter = fc.record({ id: bare, secret: fc.boolean(), attributes }).map((made): Parameter => ({
    ...made,
    type: 'String',
    description: made.attributes.get('description')?.[0],
    optional: false,
    isArray: false,
    default: made.attributes.get('default'),
    allowedValues: made.attributes.get('allowedValues'),
  }))
  const parameters = fc.array(parameter, { maxLength: 3 }).map((made) => new Map(made.map((one) => [one.id, one])))
  const parts = fc.record({
    parameters,
    objects: fc.array(object, { maxLength: 5 }),
    values,
    name: nastyTexts(),
    description: fc.option(nastyTexts(), { nil: undefined }),
  })
  return parts.map(({ objects, ...rest }) => ({
    ...rest,
    objects: unalike(objects),
    secretValues: new Set(rest.values.keys()),
  }))
}

/** Of ids that look the same only the first is an object. */
function unalike(objects: readonly PipelineObject[]): Map<string, PipelineObject> {
  const looks = Map.groupBy(objects, ({ id }) => id.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, ''))
  return new Map([...looks.values()].flatMap(([first]) => (first ? [[first.id, first] as const] : [])))
}

/** Texts that YAML or JSON could misread; NUL and halves of characters are refused by the reader, so no definition holds them. */
export function nastyTexts(): fc.Arbitrary<string> {
  const pieces = `"|'|#| #|#{|}|#{@x}|- |: |:|? |>|&a|*a|!x|%| |  `.split('|')
  const breaks = ['|', '\n', '\r\n', '\t']
  const words = ['null', '~', 'true', 'no', '1.10', '0x1F', '1e3', '2001-01-01', '---', '...', '<<', '\\', '\\n', 'ü', '漢字', '😀', 'a b']
  const rare = ['\u007f', '\u0085', '\u00a0', '\u2028', '\ufeff', '\u0001', '\u001b', '{', '[', ']', ',', '`', '@', '=', '${x}']
  const piece = fc.constantFrom(...pieces, ...breaks, ...words, ...rare)
  const long = fc.integer({ min: 1000, max: 20_000 }).map((length) => 'long '.repeat(length))
  const unicode = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\0', ''))
  const mixed = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))
  return fc.oneof({ weight: 12, arbitrary: mixed }, { weight: 4, arbitrary: unicode }, { weight: 1, arbitrary: long })
}
