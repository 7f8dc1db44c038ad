import type { Catalog } from './catalog.ts'
import type { Family, TypeDeclaration } from './declarations.ts'
import { anyCase, fieldSchema, reference, severalOf, text, type JsonSchema } from './json-schema-fields.ts'
import { fieldsSnippet, objectSnippet, parameterSnippet, pipelineSnippet, sectionSnippet } from './json-schema-snippets.ts'
import { testSchema } from './json-schema-tests.ts'

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

/** The JSON Schema of the YAML form, for editors: sections, types, fields and the form of their values, each explained, with snippets for
 *  the YAML language server. What `sluice validate` accepts it accepts too, but for an object in the section of another family: so an
 *  editor offers only what belongs there. It is more lenient: what an object may inherit is never required. */
export function definitionSchema(catalog: Catalog): JsonSchema {
  const types = [...catalog.types.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1))
  const filled = Object.entries(sections).map(([section, families]): [string, TypeDeclaration[]] => [
    section,
    types.filter(({ family }) => families.includes(family)),
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Sluice pipeline',
    type: 'object',
    properties: {
      sluice: { enum: [1, '1'], description: 'Version of the YAML form.' },
      name: { ...nothingOr(text), description: "Name of the pipeline; the file's name when absent." },
      description: { ...nothingOr(text), description: 'What the pipeline is for.' },
      parameters: {
        ...mapOf(parameter),
        description: 'What may differ from run to run, by name; read as #{myName}. A star before the name makes it secret.',
        defaultSnippets: [parameterSnippet],
      },
      values: { ...mapOf(nothingOr(severalOf(text))), description: 'Values of parameters, by name.' },
      defaults: { ...nothingOr(refTo('untyped')), description: 'Fields for every object that lacks them.' },
      ...Object.fromEntries(filled.map(([section, typed]) => [section, objects(typed)])),
      objects: objects(types),
      tests: {
        type: ['array', 'null'],
        description: 'What must hold of the definition; sluice test runs them.',
        items: testSchema,
      },
    },
    additionalProperties: false,
    defaultSnippets: [pipelineSnippet, ...filled.map(([section, typed]) => sectionSnippet(section, typed))],
    $defs: { untyped: untyped(types), ...Object.fromEntries(types.map((type) => [type.type, typeSchema(type)])) },
  }
}

function typeSchema(declaration: TypeDeclaration): JsonSchema {
  const { type, summary, example, fields } = declaration
  const known = Object.entries(fields).filter(([name, { forbidden }]) => !forbidden && name !== 'id' && name !== 'type')
  const authors = known.filter(([, { runtime }]) => !runtime)
  const engines = known.filter(([, { runtime }]) => runtime).map(([name]) => name)
  return {
    type: 'object',
    description: summary,
    markdownDescription: `${summary}\n\n\`\`\`yaml\n- ${example}\n\`\`\``,
    required: isSchedule(declaration) ? [] : ['type'],
    properties: {
      id: ignored('The id is the name before the colon.'),
      type: { const: type },
      ...Object.fromEntries(authors.map(([name, field]) => [name, fieldSchema(field)])),
    },
    patternProperties: {
      ...userFields,
      // as a pattern, since an editor would offer them as properties
      [`^(${engines.join('|')})$`]: ignored('It is written by the engine: what is set here is ignored.'),
    },
    additionalProperties: false,
    defaultSnippets: [fieldsSnippet(declaration)],
  }
}

/** An entry of `schedules` can only be one thing, so it need not say its type. */
function isSchedule({ family }: TypeDeclaration): boolean {
  return family === 'schedule'
}

function ignored(description: string): JsonSchema {
  return { description, deprecated: true }
}

function nothingOr(schema: JsonSchema): JsonSchema {
  return { anyOf: [{ type: 'null' }, schema] }
}

/** A section may be empty. */
function mapOf(entry: JsonSchema): JsonSchema {
  return { type: ['object', 'null'], additionalProperties: entry }
}

function objects(types: readonly TypeDeclaration[]): JsonSchema {
  const typed = types.map(({ type }) => refTo(type))
  const kinds = types.every(isSchedule) ? typed : [...typed, refTo('untyped')]
  return { ...mapOf({ anyOf: kinds }), defaultSnippets: types.map(objectSnippet) }
}

function refTo(definition: string): JsonSchema {
  return { $ref: `#/$defs/${definition}` }
}

const userField = '^\\*?my[A-Z_]'

/** Fields of the author's own, on any object. */
const userFields: JsonSchema = { [userField]: severalOf(reference) }

/** An object that is only a parent, or takes its type from one: its fields may be those of any type. */
function untyped(types: readonly TypeDeclaration[]): JsonSchema {
  const names = new Set(types.flatMap(({ fields }) => Object.keys(fields)))
  return {
    type: 'object',
    properties: { type: { not: {} } },
    propertyNames: { anyOf: [{ enum: [...names].toSorted() }, { pattern: userField }] },
    additionalProperties: severalOf(reference),
  }
}

const flag: JsonSchema = {
  anyOf: [{ type: ['boolean', 'null'] }, { type: 'string', pattern: `^(${anyCase('true')}|${anyCase('false')})$` }],
}
const parameterTypes = ['String', 'Integer', 'Double', 'AWS::S3::ObjectKey']

/** AWS keeps attributes that nobody knows, and so does Sluice. */
const parameter: JsonSchema = nothingOr({
  type: 'object',
  properties: {
    type: {
      anyOf: [{ enum: parameterTypes }, { type: 'string', pattern: `^(${parameterTypes.map(anyCase).join('|')})$` }, { type: 'null' }],
      description: 'What a value must be.',
    },
    description: { ...nothingOr(text), description: 'What the parameter is for.' },
    default: { ...nothingOr(severalOf(text)), description: 'Its value when none is given.' },
    allowedValues: { ...nothingOr(severalOf(text)), description: 'The only values that it may have.' },
    optional: { ...flag, description: 'A field that uses it is absent when it has no value.' },
    isArray: { ...flag, description: 'It may have several values.' },
    watermark: nothingOr(severalOf(text)),
    helpText: nothingOr(severalOf(text)),
    helpLink: nothingOr(severalOf(text)),
  },
  additionalProperties: nothingOr(severalOf(text)),
})
