import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { writeYamlForm } from '../../engine/definition/write-yaml-form.ts'
import type { FieldDeclaration } from '../../engine/spec/field.ts'
import { definitionSchema } from '../../engine/spec/json-schema.ts'
import { fieldSchema } from '../../engine/spec/json-schema-fields.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()
const root = new URL('../../', import.meta.url)
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true }).addVocabulary(['defaultSnippets', 'markdownDescription'])
const validate = ajv.compile(definitionSchema(catalog))

/** What an editor underlines in a YAML form; it reads YAML with the core schema. */
function underlined(text: string): unknown {
  const read: unknown = parse(text, { uniqueKeys: false, strict: false, logLevel: 'error' })
  return validate(read) ? [] : validate.errors
}

/** Codes of the mistakes that a schema knows: those of the bad definitions that it refuses. */
const knownToSchemas = new Set([
  'BAD_BOOLEAN',
  'BAD_CHOICE',
  'BAD_DATE',
  'BAD_INTEGER',
  'BAD_NUMBER',
  'BAD_OBJECT',
  'BAD_PARAMETER',
  'BAD_PERIOD',
  'BAD_SECTION',
  'BAD_VALUE',
  'BAD_VERSION',
  'EMPTY_VALUE',
  'EXPRESSION_IN_COMMENT',
  'FORBIDDEN_FIELD',
  'NOT_A_DEFINITION',
  'NOT_A_REFERENCE',
  'TOO_MANY_VALUES',
  'UNKNOWN_FIELD',
  'UNKNOWN_SECTION',
  'UNKNOWN_TYPE',
])

/** Why a schema of the YAML form does not see the others. */
const unknownToSchemas: Readonly<Record<string, readonly string[]>> = {
  'it has no grammar for expressions': ['BAD_CALL', 'BAD_EXPRESSION', 'NOT_A_LITERAL', 'UNKNOWN_FUNCTION', 'UNKNOWN_NAME', 'WRONG_CASE'],
  'it sees no other object: references, parents, what is inherited': [
    'CYCLE',
    'MISSING_FIELD',
    'MISSING_ONE_OF',
    'MISSING_RUNNER',
    'MISSING_SCHEDULE',
    'MISSING_TYPE',
    'MIXED_SCHEDULE_TYPES',
    'NEEDS_FIELD',
    'ONDEMAND_NOT_ON_DEFAULT',
    'PARENTS_TOO_DEEP',
    'PARENT_CYCLE',
    'UNKNOWN_REFERENCE',
    'WRONG_KIND',
    'TOO_MANY_ROLL_UPS',
  ],
  'it sees no other section, and no values from the command line': [
    'BAD_PARAMETER_VALUE',
    'DUPLICATE_ID',
    'LOOKALIKE_ID',
    'MISSING_PARAMETER',
    'NOT_AN_S3_URI',
    'TOO_MANY_PARAMETER_VALUES',
    'UNKNOWN_PARAMETER',
    'UNDECLARED_PARAMETER',
    'FORBIDDEN_EDIT',
    'VALUE_NOT_ALLOWED',
  ],
  'it compares no two values of an object, and what a type makes of them': [
    'BAD_CRON',
    'BAD_OCCURRENCES',
    'BAD_TIME_ZONE',
    'CRON_NEVER_FIRES',
    'END_BEFORE_START',
    'NOT_ON_DEMAND',
    'PERIOD_OUT_OF_BOUNDS',
    'NO_INTERVAL',
  ],
  'two of a choice may be set where one is an optional parameter without a value': ['TOO_MANY_OF'],
  'it counts characters, not bytes, and is not where limits are kept': [
    'FIELD_NAME_TOO_LONG',
    'ID_TOO_LONG',
    'TOO_MANY_FIELDS',
    'TOO_MANY_PARAMETERS',
    'VALUE_TOO_LONG',
  ],
  "the editor's YAML reader tells it, or the key that comes last wins": [
    'BAD_CHARACTER',
    'BAD_SYNTAX',
    'DUPLICATE_FIELD',
    'DUPLICATE_PARAMETER',
    'DUPLICATE_SECTION',
    'UNSUPPORTED_YAML',
  ],
  'it is a warning, or one where files are only looked at': [
    'CASCADE_BACKFILL',
    'DEPRECATED_FIELD',
    'DOUBTFUL_PATTERN',
    'HUGE_BACKFILL',
    'IGNORED_FIELD',
    'NOTHING_TO_RUN',
    'NOT_SUPPORTED_YET',
    'NO_TERMINATE_AFTER',
    'RUNTIME_FIELD',
    'UNQUOTED_PARAMETER',
    'UNUSED_OBJECT',
  ],
  "it is AWS's limit, which only strict mode knows": ['AWS_LIMIT'],
}

describe('of the bad definitions', () => {
  const folder = new URL('test/fixtures/definitions/bad/', root)
  const codes = readdirSync(folder).flatMap((name) => (name.endsWith('.yaml') ? [name.replace('.yaml', '')] : []))
  const read = (code: string): string => readFileSync(new URL(`${code}.yaml`, folder), 'utf8')

  test.each([...knownToSchemas])('%s is underlined', (code) => {
    expect(underlined(read(code))).not.toEqual([])
  })

  test.each(Object.entries(unknownToSchemas))('not underlined, since %s: %j', (_reason, unknown) => {
    expect(unknown.filter((code) => code !== 'BAD_SYNTAX' && !isEmpty(underlined(read(code))))).toEqual([])
  })

  test('each is in one of the two lists', () => {
    expect(codes.filter((code) => !knownToSchemas.has(code)).toSorted()).toEqual(Object.values(unknownToSchemas).flat().toSorted())
  })
})

describe('no false alarm: what sluice validate accepts is not underlined', () => {
  const folders = ['pipelines/', 'test/fixtures/pipelines/', '../shared/corpus/samples/', '../shared/corpus/guide/']
  const files = folders
    .map((folder) => new URL(folder, root))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => new URL(name, folder)))
    .filter(({ pathname }) => /\.(yaml|json|txt)$/.test(pathname))
    .filter(({ pathname }) => !pathname.endsWith('/tests/wrong.yaml')) // its tests are wrong, which is for `sluice test` to tell
  const accepted = files.flatMap((file) => {
    const text = acceptedText(readFileSync(file, 'utf8'), file.pathname)
    return text === undefined ? [] : [[file.pathname.split('/').at(-1), text] as const]
  })

  test.each(accepted)('%s', (_name, text) => {
    expect(underlined(text)).toEqual([])
  })

  test.each([...catalog.types.values()].map(({ type, example }) => [type, example]))('the example of %s', (_type, example) => {
    const { id, ...fields } = parse(example) as { id: string }
    expect(underlined(`sluice: 1\nobjects: { ${id}: ${JSON.stringify(fields)} }`)).toEqual([])
  })

  test.each([
    ['no version, and one in quotes', ['activities:', 'sluice: "1"']],
    ['empty sections', ['sluice: 1\nname:\nparameters:\ndefaults:\nschedules:\nobjects:\nvalues: { myA: }']],
    ['a number for a name', ['name: 2026\nactivities: { 1: { type: ShellCommandActivity, name: 2, command: 3, dependsOn: 1 } }']],
    ['a list of one, or of none', ['activities: { a: { type: ShellCommandActivity, command: [x], stage: [] } }']],
    ['an id within the object', ['activities: { a: { id: b, type: ShellCommandActivity, command: x } }']],
    ['what the engine writes, which is a warning', ['activities: { a: { type: ShellCommandActivity, command: x, "@status": y } }']],
    ['fields of the author, secret or not', ['objects: { a: { type: CSV, "*mySecret": x, myOwn: { ref: a } } }']],
    ['any letter case', ['parameters: { myA: { type: string, optional: TRUE, isArray: "fAlse", other: x, default: x } }']],
  ])('%s', (_what, texts) => {
    for (const text of texts) {
      expect(acceptedText(text, 'x.yaml')).toBe(text)
      expect(underlined(text)).toEqual([])
    }
  })
})

/** The YAML form of a text in which sluice validate finds nothing that a schema should know. */
function acceptedText(text: string, file: string): string | undefined {
  const { definition, form, diagnostics } = readDefinition(text, file)
  if (!definition) return undefined
  const all = [...diagnostics, ...compileDefinition(definition, catalog).diagnostics]
  if (all.some(({ code, severity }) => severity === 'error' && knownToSchemas.has(code))) return undefined
  return form === 'yaml' ? text : writeYamlForm(definition, catalog)
}

describe('a value is underlined exactly when its field cannot read it', () => {
  const declared = [...catalog.types.values()].flatMap(({ fields }) => Object.values(fields))
  const looks = (field: FieldDeclaration): string => JSON.stringify([field.kind, field.values, field.open, field.words])
  const kinds = new Map(declared.filter(({ schema }) => schema).map((field) => [looks(field), field]))

  test.each([...kinds])('%s', (_looks, field) => {
    const judge = ajv.compile(fieldSchema(field))
    fc.assert(
      fc.property(valuesFor(field), (text) => {
        const isRead = text.includes('#{') || field.schema?.safeParse(text).success === true
        expect({ text, accepted: judge(text) }).toEqual({ text, accepted: isRead })
        const unquoted: unknown = /^[\w.-]+$/.test(text) ? parse(text) : text
        // a number that is written in another way than ours is for the editor the number that it is; a lone dash is a list
        expect({ text, falseAlarm: isRead && typeof unquoted !== 'object' && !judge(unquoted) }).toEqual({ text, falseAlarm: false })
      }),
      { numRuns: 400 },
    )
  })
})

test('the 29th of February is there in leap years', () => {
  const field = catalog.get('Schedule')?.fields['startDateTime']
  const judge = ajv.compile(field ? fieldSchema(field) : false)
  const days = Array.from({ length: 10_000 }, (_, year) => `${String(year).padStart(4, '0')}-02-29`)
  expect(days.filter((day) => judge(day))).toEqual(days.filter((day) => field?.schema?.safeParse(day).success))
})

/** Texts that a field of the kind reads, and texts that look like them. */
function valuesFor({ values = [], words = [] }: FieldDeclaration): fc.Arbitrary<string> {
  const number = (max: number): fc.Arbitrary<string> => fc.tuple(fc.integer({ min: 0, max }), fc.integer({ min: 1, max: 4 })).map(padded)
  const day = fc.tuple(number(9999), number(13), number(32)).map((parts) => parts.join('-'))
  const leapDay = fc.integer({ min: 0, max: 9999 }).map((year) => `${String(year).padStart(4, '0')}-02-29`)
  const time = fc.tuple(number(25), number(61), fc.option(number(61))).map((parts) => parts.filter((part) => part !== null).join(':'))
  const zone = fc.constantFrom('', '', 'Z', '+01:00')
  const date = fc.tuple(fc.oneof(day, leapDay), fc.option(time), zone).map(([on, at, z]) => (at === null ? on : `${on}T${at}${z}`))
  const unit = fc.constantFrom('second', 'minutes', 'Hour', 'DAYS', 'week', 'months', 'year', 'dayss', 'fortnight', '')
  const period = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 10n }), fc.constantFrom(' ', '  ', ''), unit).map((parts) => parts.join(''))
  const integer = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }).map(String)
  const double = fc.tuple(fc.constantFrom('', '-', '+'), fc.nat(), fc.constantFrom('.', ''), fc.nat()).map((parts) => parts.join(''))
  const word = fc.constantFrom(...values, ...words, 'true', 'False', 'yes', 'null', '.5', '-.5', '1e3', '0x1F', '#{x}', 'a #{x}', '')
  const cased = fc.tuple(word, fc.boolean()).map(([text, upper]) => (upper ? text.toUpperCase() : text))
  const blank = fc.constantFrom('', '', '', ' ', '\n')
  return fc.tuple(blank, fc.oneof(date, period, integer, double, cased, fc.string()), blank).map((parts) => parts.join(''))
}

function padded([value, width]: [number, number]): string {
  return String(value).padStart(width, '0')
}

describe('a snippet makes what is accepted', () => {
  const { defaultSnippets = [], properties = {}, $defs = {} } = definitionSchema(catalog) as Snippets
  const ofSections = Object.entries(properties).flatMap(([section, { defaultSnippets: own = [] }]) =>
    own.map(({ label, body }) => [`${section}: ${label}`, { [section]: body }] as const),
  )
  const ofTypes = Object.values($defs).flatMap(({ defaultSnippets: own = [] }) =>
    own.map(({ label, body }) => [`within ${label}`, { objects: { a: body } }] as const),
  )

  test.each([...defaultSnippets.map(({ label, body }) => [label, body] as const), ...ofSections, ...ofTypes])('%s', (_label, body) => {
    const text = asTyped(body)
    expect(underlined(text)).toEqual([])
    const { definition, diagnostics } = readDefinition(text, 'x.yaml')
    const codes = definition && compileDefinition(definition, catalog).diagnostics.map(({ code }) => code)
    expect([...diagnostics, ...(codes ?? []).filter((code) => knownToSchemas.has(code))]).toEqual([])
  })
})

interface Snippets {
  readonly defaultSnippets?: readonly { readonly label: string; readonly body: object }[]
  readonly properties?: Readonly<Record<string, Snippets>>
  readonly $defs?: Readonly<Record<string, Snippets>>
}

/** As an editor writes a snippet whose places are left as they are: keys and values without quotes. */
function asTyped(body: object, margin = ''): string {
  return Object.entries(body)
    .map(([name, value]: [string, unknown]) => {
      const typed = typeof value === 'object' && value !== null ? `\n${asTyped(value, `${margin}  `)}` : ` ${filled(String(value))}\n`
      return `${margin}${filled(name)}:${typed}`
    })
    .join('')
}

function filled(text: string): string {
  return text.replace(/\$\{\d+:(.*)\}/, '$1').replace(/\$\{\d+\|([^,|]*).*\}/, '$1')
}

function isEmpty(list: unknown): boolean {
  return Array.isArray(list) && list.length === 0
}
