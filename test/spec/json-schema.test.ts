import { readdir, readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { definitionSchema } from '../../engine/spec/json-schema.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()
const ajv = new Ajv2020({ allowUnionTypes: true }).addVocabulary(['defaultSnippets', 'markdownDescription'])
const validate = ajv.compile(definitionSchema(catalog))
const accepts = (yaml: string): boolean => validate(parse(yaml))

test('a definition with every kind of value is accepted', () => {
  expect(
    accepts(`
      sluice: 1
      name: nightly
      parameters: { myBucket: { type: AWS::S3::ObjectKey, default: s3://demo }, '*myPassword': { type: String }, myBare: }
      values: { myBucket: s3://other, myList: [a, b] }
      defaults: { schedule: nightly, failureAndRerunMode: CASCADE, myOwn: at all }
      schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01T02:00:00 } }
      dataNodes: { orders: { type: S3DataNode, filePath: "#{myBucket}/x.csv", compression: GZIP, myOwn: 3 } }
      preconditions: { arrived: { type: S3KeyExists, s3Key: "#{myBucket}/done" } }
      activities:
        run: { type: ShellCommandActivity, command: "true", stage: true, maximumRetries: 3, input: orders, output: [orders, { ref: orders }] }
        later: { type: ShellCommandActivity, command: x, stage: "#{myStage}", maximumRetries: "#{myRetries}", retryDelay: "#{myDelay}" }
        parentOnly: { retryDelay: 1 minute }
      resources: {}
      actions: { page: { type: SnsAlarm, topicArn: a, subject: b, message: c } }
      objects: { machine: { type: Ec2Resource, terminateAfter: 2 hours } }
      tests:
        - { name: a, parameters: { myBucket: s3://b }, at: 2026-01-31, expect: { objects: { run: { command: "true", output: [a, b], stage: null } } } }
        - { name: b, expect: { errors: [MISSING_PARAMETER] } }
    `),
  ).toBe(true)
})

const pipelines = new URL('../../pipelines/', import.meta.url)
const shipped = (await readdir(pipelines, { recursive: true })).filter((name) => name.endsWith('.yaml'))

test.each(shipped)('the shipped pipeline %s is accepted', async (name) => {
  expect(accepts(await readFile(new URL(name, pipelines), 'utf8'))).toBe(true)
})

describe('refused is', () => {
  test.each([
    ['another version', 'sluice: 2'],
    ['an unknown section', 'sluice: 1\nactivitys: {}'],
    ['an unknown type', 'sluice: 1\nactivities: { a: { type: ShelCommandActivity, command: x } }'],
    ['a type of another section', 'sluice: 1\nactivities: { a: { type: S3KeyExists, s3Key: x } }'],
    ['an unknown field', 'sluice: 1\nactivities: { a: { type: ShellCommandActivity, comand: x } }'],
    ['a field that no type has, on a parent', 'sluice: 1\nobjects: { a: { maximumRetry: 3 } }\ndefaults: {}'],
    ['a field that no type has, in the defaults', 'sluice: 1\ndefaults: { maximumRetry: 3 }'],
    ['a reference with something beside it', 'sluice: 1\nactivities: { a: { type: CopyActivity, input: { ref: x, to: y } } }'],
    ['a forbidden field', 'sluice: 1\nresources: { a: { type: Ec2Resource, workerGroup: x } }'],
    ['a word that is none of an enumeration', 'sluice: 1\ndataNodes: { a: { type: S3DataNode, filePath: x, compression: zip } }'],
    ['a number that is none', 'sluice: 1\nactivities: { a: { type: ShellCommandActivity, command: x, maximumRetries: many } }'],
    ['a date that is none', 'sluice: 1\nschedules: { a: { period: 1 day, startDateTime: tomorrow } }'],
    ['a test that expects nothing', 'sluice: 1\ntests: [{ name: a }]'],
    ['an unknown key of a test', 'sluice: 1\ntests: [{ name: a, expect: { error: [] } }]'],
    ['a list where one value is asked for', 'sluice: 1\nactivities: { a: { type: ShellCommandActivity, command: [x, y] } }'],
  ])('%s', (_what, yaml) => {
    expect(accepts(yaml)).toBe(false)
  })
})
