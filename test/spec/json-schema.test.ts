import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { definitionSchema } from '../../engine/spec/json-schema.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()
const schema = z.fromJSONSchema(definitionSchema(catalog))
const accepts = (yaml: string) => schema.safeParse(parse(yaml)).success

test('a definition with every kind of value is accepted', () => {
  expect(
    accepts(`
      sluice: 1
      name: nightly
      parameters: { myBucket: { type: AWS::S3::ObjectKey, default: s3://demo }, '*myPassword': { type: String }, myBare: }
      values: { myBucket: s3://other, myList: [a, b] }
      defaults: { schedule: nightly, failureAndRerunMode: CASCADE, anything: at all }
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
    `),
  ).toBe(true)
})

const pipelines = new URL('../../pipelines/', import.meta.url)
const shipped = (await readdir(pipelines, { recursive: true })).filter((name) => name.endsWith('.yaml'))

test.each(shipped)('the shipped pipeline %s is accepted', async (name) => {
  expect(schema.safeParse(parse(await readFile(new URL(name, pipelines), 'utf8'))).error).toBeUndefined()
})

describe('refused is', () => {
  test.each([
    ['another version', 'sluice: 2'],
    ['an unknown section', 'sluice: 1\nactivitys: {}'],
    ['an unknown type', 'sluice: 1\nactivities: { a: { type: ShelCommandActivity, command: x } }'],
    ['a type of another section', 'sluice: 1\nactivities: { a: { type: S3KeyExists, s3Key: x } }'],
    ['an unknown field', 'sluice: 1\nactivities: { a: { type: ShellCommandActivity, comand: x } }'],
    ['a forbidden field', 'sluice: 1\nresources: { a: { type: Ec2Resource, workerGroup: x } }'],
    ['a word that is none of an enumeration', 'sluice: 1\ndataNodes: { a: { type: S3DataNode, filePath: x, compression: zip } }'],
    ['a number that is none', 'sluice: 1\nactivities: { a: { type: ShellCommandActivity, command: x, maximumRetries: many } }'],
    ['a date that is none', 'sluice: 1\nschedules: { a: { period: 1 day, startDateTime: tomorrow } }'],
    ['a list where one value is asked for', 'sluice: 1\nactivities: { a: { type: ShellCommandActivity, command: [x, y] } }'],
  ])('%s', (_what, yaml) => {
    expect(accepts(yaml)).toBe(false)
  })
})
