import type { FieldDeclaration } from './field.ts'

/** A JSON Schema, as far as we write one. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** One text. YAML's editors read some texts as numbers or booleans. */
export const text: JsonSchema = { type: ['string', 'number', 'boolean'] }

export const reference: JsonSchema = {
  anyOf: [text, { type: 'object', properties: { ref: text }, required: ['ref'], additionalProperties: false }],
}

/** The values of one field: what its declaration reads, or an expression, whose result nobody knows yet.
 *  Where one value is asked for it may stand in a list by itself. */
export function fieldSchema(field: FieldDeclaration): JsonSchema {
  const told = description(field)
  return {
    description: told,
    ...(told.includes('`') ? { markdownDescription: told } : {}),
    ...severalOf(valueSchema(field), field.list ? undefined : 1),
    ...(field.defaultText === undefined ? {} : { default: field.defaultText }),
    ...(field.deprecated ? { deprecated: true } : {}),
  }
}

export function severalOf(one: JsonSchema, most?: number): JsonSchema {
  return { anyOf: [one, { type: 'array', items: one, ...(most === undefined ? {} : { maxItems: most }) }] }
}

/** What an editor shows beside a field: the same as the reference page. */
function description({ summary, required, refTypes = [], notes, beyondAws }: FieldDeclaration): string {
  const wanted = refTypes.length > 0 && !refTypes.includes('*') ? `Refers to ${refTypes.join(' or ')}.` : undefined
  const parts = [summary, wanted, required && 'It must be set, here or on a parent.', ...notes, beyondAws && `Beyond AWS: ${beyondAws}`]
  return parts.filter(Boolean).join(' ')
}

function valueSchema(field: FieldDeclaration): JsonSchema {
  const one = kindSchema(field)
  // the words first: an editor offers them
  return field.words ? { anyOf: [{ enum: field.words }, one] } : one
}

function kindSchema({ kind, values = [], open, bareUnit }: FieldDeclaration): JsonSchema {
  switch (kind) {
    case 'reference':
      return reference
    case 'string':
      return text
    case 'enum':
      return { anyOf: [{ enum: values }, open ? text : matching(values.map(anyCase).join('|'))] }
    case 'integer':
      return { anyOf: [{ type: 'integer', minimum: -largest, maximum: largest }, matching('-?\\d{1,15}')] }
    case 'double':
      return { anyOf: [{ type: 'number' }, matching('-?(\\d+(\\.\\d+)?|\\.\\d+)')] }
    case 'boolean':
      return { anyOf: [{ type: 'boolean' }, matching(['true', 'false'].map(anyCase).join('|'))] }
    case 'period':
      return bareUnit ? { anyOf: [{ type: 'integer', minimum: 0, maximum: 999_999_999 }, matching('\\d{1,9}'), periods] } : periods
    case 'datetime':
      return matching(`${day}(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?Z?)?`)
  }
}

const periods = matching(`\\d{1,9}\\s+(${['second', 'minute', 'hour', 'day', 'week', 'month', 'year'].map(anyCase).join('|')})[sS]?`)

/** Of fifteen digits. */
const largest = 999_999_999_999_999

/** Days that there are; those of leap years last. */
const day = [
  '(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))',
  '(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)',
].join('|')

/** Blanks around a value do no harm. */
function matching(pattern: string): JsonSchema {
  return { type: 'string', pattern: `^\\s*(${pattern})\\s*$|#\\{` }
}

/** A pattern for the word in any letter case. */
export function anyCase(word: string): string {
  return word
    .replaceAll(/[.+*?()|[\]{}\\^$]/g, '\\$&')
    .replaceAll(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
}
