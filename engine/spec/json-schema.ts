import type { Catalog } from './catalog.ts'
import type { Family, TypeDeclaration } from './declarations.ts'
import type { FieldDeclaration } from './field.ts'

/** A JSON Schema, as far as we write one. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** Sections of the YAML form and the families whose objects they hold. */
const sections: Readonly<Record<string, readonly Family[]>> = {
  schedules: ['schedule'],
  databases: ['database'],
  dataNodes: ['datanode'],
  dataFormats: ['dataformat'],
  preconditions: ['precondition'],
  activities: ['activity'],
  resources: ['resource'],
  actions: ['action'],
}

/** The JSON Schema of the YAML form, for editors: sections, types, fields and the form of their values.
 *  It is more lenient than `sluice validate`: what an object may inherit is never required. */
export function definitionSchema(catalog: Catalog): JsonSchema {
  const types = [...catalog.types.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1))
  const inSection = ([section, families]: [string, readonly Family[]]) => {
    const typed = types.filter(({ family }) => families.includes(family))
    return [section, objects([...typed.map(({ type }) => refTo(type)), ...(section === 'schedules' ? [] : [refTo('untyped')])])]
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Sluice pipeline',
    type: 'object',
    required: ['sluice'],
    properties: {
      sluice: { const: 1, description: 'Version of the YAML form.' },
      name: { type: 'string', description: "Name of the pipeline; the file's name when absent." },
      description: { type: 'string', description: 'What the pipeline is for.' },
      parameters: {
        type: 'object',
        description: 'What may differ from run to run, by name; read as #{myName}. A star before the name makes it secret.',
        additionalProperties: refTo('parameter'),
      },
      values: { type: 'object', description: 'Values of parameters, by name.', additionalProperties: severalOf(text) },
      defaults: { type: 'object', description: 'Fields for every object that lacks them.' },
      ...Object.fromEntries(Object.entries(sections).map(inSection)),
      objects: objects([...types.map(({ type }) => refTo(type)), refTo('untyped')]),
      tests: { type: 'array', description: 'What must hold of the definition; sluice test runs them.', items: test },
    },
    additionalProperties: false,
    $defs: { parameter, untyped, ...Object.fromEntries(types.map((type) => [type.type, typeSchema(type)])) },
  }
}

function typeSchema({ type, family, summary, fields }: TypeDeclaration): JsonSchema {
  const authors = Object.entries(fields).filter(([name, field]) => !field.runtime && !field.forbidden && name !== 'id' && name !== 'type')
  return {
    type: 'object',
    description: summary,
    // an entry of `schedules` can only be one thing
    required: family === 'schedule' ? [] : ['type'],
    properties: { type: { const: type }, ...Object.fromEntries(authors.map(([name, field]) => [name, fieldSchema(field)])) },
    patternProperties: userFields,
    additionalProperties: false,
  }
}

function fieldSchema(field: FieldDeclaration): JsonSchema {
  const one = valueSchema(field)
  return {
    description: description(field),
    ...(field.list ? severalOf(one) : one),
    ...(field.defaultText === undefined ? {} : { default: field.defaultText }),
    ...(field.deprecated ? { deprecated: true } : {}),
  }
}

/** What an editor shows beside a field: the same as the reference page. */
function description({ summary, required, refTypes = [], notes, beyondAws }: FieldDeclaration): string {
  const wanted = refTypes.length > 0 && !refTypes.includes('*') ? `Refers to ${refTypes.join(' or ')}.` : undefined
  const parts = [summary, wanted, required && 'It must be set, here or on a parent.', ...notes, beyondAws && `Beyond AWS: ${beyondAws}`]
  return parts.filter(Boolean).join(' ')
}

const text: JsonSchema = { type: ['string', 'number', 'boolean'] }
const reference: JsonSchema = {
  anyOf: [{ type: 'string' }, { type: 'object', properties: { ref: { type: 'string' } }, required: ['ref'] }],
}

/** Any value may be an expression, whose result nobody knows yet. */
const expression = '#\\{'

function valueSchema({ kind, values = [], open }: FieldDeclaration): JsonSchema {
  if (kind === 'reference') return reference
  if (kind === 'enum') return { anyOf: [{ enum: values }, open ? { type: 'string' } : matching(values.map(anyCase).join('|'))] }
  if (kind === 'integer') return { anyOf: [{ type: 'integer' }, matching('-?\\d+')] }
  if (kind === 'double') return { anyOf: [{ type: 'number' }, matching('-?(\\d+(\\.\\d+)?|\\.\\d+)')] }
  if (kind === 'boolean') return { anyOf: [{ type: 'boolean' }, matching(['true', 'false'].map(anyCase).join('|'))] }
  if (kind === 'period') return matching('\\s*\\d+\\s+[A-Za-z]+\\s*|[A-Z_]+')
  if (kind === 'datetime') return matching('\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2})?Z?)?')
  return text
}

function matching(pattern: string): JsonSchema {
  return { type: 'string', pattern: `^(${pattern})$|${expression}` }
}

/** A pattern for the word in any letter case. */
function anyCase(word: string): string {
  return word.replaceAll(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`).replaceAll(/[.+*?()|]/g, '\\$&')
}

function severalOf(one: JsonSchema): JsonSchema {
  return { anyOf: [one, { type: 'array', items: one }] }
}

function objects(kinds: readonly JsonSchema[]): JsonSchema {
  return { type: 'object', additionalProperties: { anyOf: kinds } }
}

function refTo(definition: string): JsonSchema {
  return { $ref: `#/$defs/${definition}` }
}

/** Fields of the author's own, on any object. */
const userFields: JsonSchema = { '^my[A-Z_]': severalOf({ anyOf: [text, reference] }) }

/** An object that is only a parent, or takes its type from one. */
const untyped: JsonSchema = { type: 'object', properties: { type: { not: {} } } }

const parameter: JsonSchema = {
  anyOf: [
    { type: 'null' },
    {
      type: 'object',
      properties: {
        type: { enum: ['String', 'Integer', 'Double', 'AWS::S3::ObjectKey'] },
        description: { type: 'string' },
        default: severalOf(text),
        allowedValues: severalOf(text),
        optional: text,
        isArray: text,
        watermark: text,
        helpText: text,
        helpLink: text,
      },
    },
  ],
}

const test: JsonSchema = {
  type: 'object',
  required: ['name', 'expect'],
  properties: {
    name: { type: 'string', description: 'What the test shows.' },
    parameters: { type: 'object', description: 'Values of parameters, as --param gives them.', additionalProperties: severalOf(text) },
    at: {
      type: 'string',
      description: 'The interval that holds it; on demand and where schedules begin at activation, the time of that. UTC.',
    },
    expect: {
      type: 'object',
      properties: {
        objects: {
          type: 'object',
          description: 'What fields come to, by object; null for one that is left out.',
          additionalProperties: { type: 'object', additionalProperties: { anyOf: [severalOf(text), { type: 'null' }] } },
        },
        errors: { type: 'array', description: 'Codes that activation refuses it with, in any order.', items: { type: 'string' } },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
}
