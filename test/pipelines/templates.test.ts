import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import type { PipelineDefinition } from '../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { writeAwsJson } from '../../engine/definition/write-aws-json.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { jsonLines, sluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { consoleTemplates } from './console-templates.ts'

const catalog = await loadCatalog()
const folder = new URL('../../pipelines/templates/', import.meta.url)
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [basename(file, '.yaml')] : []))

const textOf = (name: string): string => readFileSync(new URL(`${name}.yaml`, folder), 'utf8')

function definitionOf(name: string): PipelineDefinition {
  const { definition, diagnostics } = readDefinition(textOf(name), `${name}.yaml`)
  if (!definition || diagnostics.length > 0) throw new Error(`${name}: ${JSON.stringify(diagnostics)}`)
  return definition
}

test("the console's eleven are there, and twins that need no cloud", () => {
  expect(names.filter((name) => !name.includes('-sql-table')).toSorted()).toEqual(Object.keys(consoleTemplates).toSorted())
  expect(names).toHaveLength(16)
})

describe.each(names)('%s', (name) => {
  const definition = definitionOf(name)
  const required = [...definition.parameters.values()].filter(({ optional, default: values }) => !optional && !values)
  const fitting = { String: 'x', Integer: '1', Double: '0.5', 'AWS::S3::ObjectKey': 's3://x/y' }
  const values = Object.fromEntries(required.map(({ id, type }) => [id, [fitting[type]]]))

  const errorsWith = (given: typeof values): { code: string; message: string }[] =>
    compileDefinition(definition, catalog, { values: given }).diagnostics.filter(({ severity }) => severity === 'error')

  test('has its own name and a sentence that says what it does', () => {
    expect(definition.name).toBe(name)
    expect(definition.description).toMatch(/^[A-Z].*\.$/)
  })

  test('validates with all required parameters set', () => {
    const codes = errorsWith(values).map(({ code }) => code)
    expect(codes.filter((code) => code !== 'NOT_SUPPORTED_YET')).toEqual([])
  })

  test('fails with exactly one message per missing parameter', () => {
    const missing = errorsWith({}).filter(({ code }) => code !== 'NOT_SUPPORTED_YET')
    expect(missing.map(({ message }) => message)).toEqual(required.map(({ id }) => `The parameter ${id} has no value.`))
  })

  test('every parameter has a label and is used', () => {
    for (const { id, description } of definition.parameters.values()) {
      expect.soft(description, id).toMatch(/^[A-Z]/)
      expect.soft(textOf(name), id).toMatch(new RegExp(`#\\{\\*?${id}\\}`))
    }
  })
})

test('every template carries tests, and all of them are true', async () => {
  using home = temporaryFolder()
  const { code, stdout, stderr } = await sluice(['test', '--json', ...names.map((name) => `pipelines/templates/${name}.yaml`)], {
    home: home.path,
  })
  expect(stderr).toBe('')
  const lines = jsonLines(stdout)
  expect(lines.filter(({ event, status }) => event === 'test' && status !== 'passed')).toEqual([])
  expect(lines.at(-1)).toMatchObject({ event: 'summary', files: 16, failed: 0, untested: 0, wrong: 0 })
  expect(code).toBe(0)
})

test.each(Object.entries(consoleTemplates))('%s is what the console built', (name, { objects, parameters }) => {
  const json = JSON.parse(writeAwsJson(definitionOf(name), catalog)) as {
    readonly objects: readonly { readonly id: string; readonly type?: string }[]
    readonly parameters: readonly { readonly id: string; readonly type: string; readonly default?: string }[]
  }
  expect(Object.fromEntries(json.objects.map(({ id, type }) => [id, type]))).toEqual({ Default: undefined, ...objects })
  expect(json.objects.find(({ id }) => id === 'Default')).toMatchObject({
    failureAndRerunMode: 'CASCADE',
    role: 'DataPipelineDefaultRole',
    resourceRole: 'DataPipelineDefaultResourceRole',
  })
  expect(Object.fromEntries(json.parameters.map(({ id, ...rest }) => [id, sayOf(rest)]))).toEqual(parameters)
})

/** Type, whether it may be left out, whether it takes several values, and its default: as the tables of spec/templates.md say it. */
function sayOf(attributes: Readonly<Record<string, unknown>>): string {
  const { type, optional, isArray, default: value } = attributes as Readonly<Record<string, string | undefined>>
  return [type, ...(isArray ? ['isArray'] : []), ...(optional ? ['optional'] : []), ...(value === undefined ? [] : [`= ${value}`])].join(' ')
}
