import { existsSync, readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { declaredKinds, referenceIn } from '../../engine/definition/declared-kinds.ts'
import type { FieldValue, Parameter, PipelineDefinition, PipelineObject } from '../../engine/definition/pipeline-definition.ts'
import { formatDiagnostic } from '../../engine/definition/diagnostic.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { writeAwsJson } from '../../engine/definition/write-aws-json.ts'
import { writeYamlForm } from '../../engine/definition/write-yaml-form.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { anyDefinition, nastyTexts } from '../support/any-definition.ts'

const catalog = await loadCatalog()
const root = new URL('../../', import.meta.url)
const corpus = new URL('../shared/corpus/', root)
const corpusFiles = existsSync(corpus) ? (JSON.parse(readFileSync(new URL('manifest.json', corpus), 'utf8')) as { file: string }[]) : []

/** Published with parts left out, so that it is no JSON. */
const elided = 'guide/dp-error-logs-l14.txt'

describe('a definition goes to the other form and back without loss', () => {
  test.each(
    [...yamlFiles('test/fixtures/pipelines/'), ...yamlFiles('pipelines/examples/'), ...yamlFiles('pipelines/templates/')].filter(canBeRead),
  )('%s', (file) => {
    const definition = definitionIn(new URL(file, root)) ?? nothing
    expect(bothWays(definition).map(wholly)).toEqual(fourTimes(wholly(definition)))
  })

  test.each(yamlFiles('test/fixtures/definitions/bad/').filter(canBeRead))('%s, a mistake that only the checks find', (file) => {
    const definition = definitionIn(new URL(file, root)) ?? nothing
    expect(bothWays(definition).map(wholly)).toEqual(fourTimes(wholly(definition)))
  })

  test.skipIf(corpusFiles.length > 0)('the real definitions are not converted: there is no ../shared/corpus beside the repository', () => {
    expect(corpusFiles).toEqual([])
  })

  test.each(corpusFiles.filter(({ file }) => file !== elided))('$file', ({ file }) => {
    const definition = definitionIn(new URL(file, corpus)) ?? fail(file)
    expect(bothWays(definition).map(wholly)).toEqual(fourTimes(wholly(definition)))
  })

  test('any definition, whatever its texts', () => {
    fc.assert(
      fc.property(anyDefinition(), (definition) => {
        expect(bothWays(definition).map(said)).toEqual(fourTimes(said(definition)))
      }),
      { numRuns: 300 },
    )
  })

  test.each(['\0', '\ud800'])('a text with %j is refused in either form, so nothing that is read holds one', (text) => {
    const object: PipelineObject = { id: 'a', name: text, fields: new Map(), keyRanges: new Map() }
    const definition = { ...nothing, objects: new Map([['a', object]]) }
    for (const written of [writeYamlForm(definition, catalog), writeAwsJson(definition, catalog)]) {
      expect(readDefinition(written, 'x').diagnostics.map(({ code }) => code)).toEqual(['BAD_CHARACTER'])
    }
  })
})

const nothing: PipelineDefinition = { objects: new Map(), parameters: new Map(), values: new Map(), secretValues: new Set() }

function fail(file: string): never {
  throw new Error(`${file} was not read`)
}

function yamlFiles(folder: string): string[] {
  const names = readdirSync(new URL(folder, root))
  return names.filter((name) => /\.(ya?ml|json)$/.test(name)).map((name) => folder + name)
}

function canBeRead(file: string): boolean {
  return readDefinition(readFileSync(new URL(file, root), 'utf8'), file).diagnostics.every(({ severity }) => severity !== 'error')
}

function definitionIn(file: URL): PipelineDefinition | undefined {
  return readDefinition(readFileSync(file, 'utf8'), file.pathname).definition
}

/** The definition read back from each form, and from each form by way of the other. */
function bothWays(definition: PipelineDefinition): PipelineDefinition[] {
  const fromJson = readBack(writeAwsJson(definition, catalog), 'json')
  const fromYaml = readBack(writeYamlForm(definition, catalog), 'yaml')
  return [fromJson, fromYaml, readBack(writeYamlForm(fromJson, catalog), 'yaml'), readBack(writeAwsJson(fromYaml, catalog), 'json')]
}

function readBack(text: string, expected: 'yaml' | 'json'): PipelineDefinition {
  if (expected === 'json') JSON.parse(text)
  const { definition, form, diagnostics } = readDefinition(text, 'other-name.yaml')
  if (definition && form === expected && diagnostics.length === 0) return definition
  throw new Error(`not read as ${expected}: ${diagnostics.map(formatDiagnostic).join()}\n${text}`)
}

function fourTimes(once: object): object[] {
  return [once, once, once, once]
}

function wholly(definition: PipelineDefinition): object {
  return { said: said(definition), compiled: compiled(definition) }
}

/** All that a definition says, without places. Maps are lists, since order counts but for the objects, which stand in sections. */
function said(definition: PipelineDefinition): object {
  const { name = 'other-name', description, objects, parameters, values, secretValues } = definition
  const kindOf = declaredKinds(definition, catalog)
  const objectSaid = (object: PipelineObject): object => ({
    name: object.name,
    type: object.type,
    fields: [...object.fields].map(([field, given]) => [field, given.map((value) => valueSaid(value, kindOf(object, field)))]),
  })
  return {
    name,
    description,
    objects: Object.fromEntries([...objects].map(([id, object]) => [id, objectSaid(object)])),
    parameters: [...parameters.values()].map(parameterSaid),
    values: [...values],
    secretValues: [...(secretValues ?? [])],
  }
}

function valueSaid(value: FieldValue, kind: Parameters<typeof referenceIn>[1]): object {
  const ref = referenceIn(value, kind)
  return ref === undefined ? { text: 'text' in value ? value.text : '' } : { ref }
}

function parameterSaid({ range: _, attributes, ...rest }: Parameter): object {
  return { ...rest, attributes: [...attributes] }
}

function compiled(definition: PipelineDefinition): unknown {
  const { compiled: result, diagnostics } = compileDefinition({ ...definition, name: 'same' }, catalog)
  return { result, codes: diagnostics.map(({ code }) => code).toSorted() }
}

describe('the YAML form is a pleasure to read', () => {
  const written = (json: object): string => writeYamlForm(readDefinition(JSON.stringify(json), 'x.json').definition ?? nothing, catalog)

  test('sections by family, plain ids for references, blocks for several lines', () => {
    const text = written({
      objects: [
        { id: 'Default', scheduleType: 'timeseries', schedule: { ref: 'daily' }, maximumRetries: '2', myOwn: { ref: 'daily' } },
        { id: 'daily', type: 'Schedule', period: '1 day', startDateTime: '2001-01-01T00:00:00' },
        {
          id: 'say',
          type: 'ShellCommandActivity',
          command: 'set -e\necho #{@scheduledStartTime}\n',
          dependsOn: [{ ref: 'a' }, { ref: 'b' }],
        },
        { id: 'base', stage: 'true', myText: 'true', myPath: '#{myBucket}/x' },
      ],
      parameters: [{ id: '*myPassword', type: 'String', optional: 'true', description: 'Not: a secret' }],
      values: { myBucket: 's3://b', myNumber: '1.10' },
    })
    expect(text).toBe(`sluice: 1
name: x

parameters:
  "*myPassword":
    type: String
    optional: true
    description: "Not: a secret"

values:
  myBucket: s3://b
  myNumber: "1.10"

defaults:
  scheduleType: timeseries
  schedule: daily
  maximumRetries: 2
  myOwn: { ref: daily }

schedules:
  daily:
    period: 1 day
    startDateTime: 2001-01-01T00:00:00

activities:
  say:
    type: ShellCommandActivity
    command: |
      set -e
      echo #{@scheduledStartTime}
    dependsOn: [a, b]

objects:
  base:
    stage: true
    myText: "true"
    myPath: "#{myBucket}/x"
`)
  })

  test('a text that YAML could take for something else is quoted: an ordinary YAML reader finds text too', () => {
    fc.assert(
      fc.property(nastyTexts(), (text) => {
        const fields = new Map([['command', [{ text }]]])
        const a: PipelineObject = { id: 'a', name: 'a', type: 'ShellCommandActivity', fields, keyRanges: new Map() }
        const yaml = writeYamlForm({ ...nothing, objects: new Map([['a', a]]) }, catalog)
        expect((parse(yaml) as { activities: { a: { command: unknown } } }).activities.a.command).toBe(text)
      }),
    )
  })
})

test('AWS JSON holds texts, lists for several values and {"ref": id}', () => {
  const { definition = nothing } = readDefinition(
    `
sluice: 1
name: nightly
schedules: { daily: { period: 1 day, startDateTime: 2001-01-01T00:00:00, occurrences: 3 } }
activities: { say: { type: ShellCommandActivity, schedule: daily, command: hi, scriptArgument: [a, b], stage: true } }
`,
    'x.yaml',
  )
  expect(JSON.parse(writeAwsJson(definition, catalog))).toEqual({
    name: 'nightly',
    objects: [
      { id: 'daily', name: 'daily', type: 'Schedule', period: '1 day', startDateTime: '2001-01-01T00:00:00', occurrences: '3' },
      {
        id: 'say',
        name: 'say',
        type: 'ShellCommandActivity',
        schedule: { ref: 'daily' },
        command: 'hi',
        scriptArgument: ['a', 'b'],
        stage: 'true',
      },
    ],
  })
})
