import { bareName } from './definition-draft.ts'
import type { Diagnostic } from './diagnostic.ts'
import { didYouMean } from './did-you-mean.ts'
import type { Parameter } from './pipeline-definition.ts'
import { mistake } from './problem.ts'
import { readTexts, type FieldReading } from './read-fields.ts'
import type { SourceRange } from './source-range.ts'
import type { SourceEntry, SourceMap } from './source-tree.ts'

const parameterTypes = ['String', 'Integer', 'Double', 'AWS::S3::ObjectKey'] as const

/** The parameter that the map's attributes declare. Attributes that nobody knows are kept, as AWS keeps them.
 *  @see spec/expressions.md 5.2 */
export function readParameter(name: string, map: SourceMap, range: SourceRange, reading: FieldReading): Parameter {
  const { id, secret } = bareName(name)
  const attributes = new Map<string, readonly string[]>()
  for (const entry of map.entries) {
    if (entry.key !== 'id') attributes.set(entry.key, [...(attributes.get(entry.key) ?? []), ...attribute(id, entry, reading)])
  }
  const placed = {
    id,
    attributes,
    diagnostics: reading.diagnostics,
    ranges: new Map(map.entries.map(({ key, value }) => [key, value.range])),
  }
  return {
    id,
    secret,
    type: typeOf(placed),
    description: attributes.get('description')?.[0],
    optional: flag(placed, 'optional'),
    isArray: flag(placed, 'isArray'),
    default: attributes.get('default'),
    allowedValues: attributes.get('allowedValues'),
    attributes,
    range,
  }
}

function attribute(id: string, { key, value }: SourceEntry, { diagnostics }: FieldReading): string[] {
  const texts = value.kind === 'nothing' ? [] : readTexts(value)
  if (texts) return texts
  diagnostics.push(mistake('BAD_PARAMETER', value.range, `${id}.${key} is not text or a list of texts.`, 'Parameters hold plain values.'))
  return []
}

interface Placed {
  readonly id: string
  readonly attributes: ReadonlyMap<string, readonly string[]>
  readonly diagnostics: Diagnostic[]
  readonly ranges: ReadonlyMap<string, SourceRange>
}

function typeOf({ id, attributes, diagnostics, ranges }: Placed): Parameter['type'] {
  const written = attributes.get('type')?.[0] ?? 'String'
  const type = parameterTypes.find((known) => known.toLowerCase() === written.toLowerCase())
  if (type) return type
  const hint = didYouMean(written, parameterTypes) ?? `The types are ${parameterTypes.join(', ')}.`
  diagnostics.push(mistake('BAD_PARAMETER', ranges.get('type'), `${id}.type is "${written}", which is no type of parameter.`, hint))
  return 'String'
}

function flag({ id, attributes, diagnostics, ranges }: Placed, key: string): boolean {
  const written = attributes.get(key)?.[0] ?? 'false'
  if (!/^(true|false)$/i.test(written)) {
    diagnostics.push(mistake('BAD_PARAMETER', ranges.get(key), `${id}.${key} is "${written}".`, 'Write true or false.'))
  }
  return written.toLowerCase() === 'true'
}
