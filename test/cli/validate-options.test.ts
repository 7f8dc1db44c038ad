import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, sluice, type CliResult } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const definition = `parameters: { myTable: {} }
defaults: { schedule: nightly }
schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01 } }
activities: { load: { type: ShellCommandActivity, command: "ls '#{myTable}'" } }
`

/** Runs `sluice validate` on a folder with these files. */
async function validate(files: Readonly<Record<string, string>>, ...args: string[]): Promise<CliResult> {
  using folder = temporaryFolder()
  const names = args.map((arg) => (arg in files ? join(folder.path, arg) : arg))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
  const result = await sluice(['validate', ...names], { home: folder.path })
  return { ...result, stderr: result.stderr.replaceAll(`${folder.path}/`, '') }
}

test('a parameter without a value is a warning, and its value may stand in a file of its own', async () => {
  const files = { 'a.yaml': definition, 'values.json': '{"values": {"myTable": "orders"}}' }
  expect(await validate(files, 'a.yaml')).toMatchObject({ code: 0, stdout: '1 file, no errors, 1 warning\n' })
  expect(await validate(files, 'a.yaml', '--parameter-values-uri', 'values.json')).toMatchObject({ code: 0, stdout: '1 file, no errors\n' })
})

test('parameter objects in a file of their own take the place of those in the definition', async () => {
  const files = { 'a.yaml': definition, 'parameters.json': '{"parameters": [{"id": "myTable", "type": "Integer", "default": "x"}]}' }
  const { code, stderr } = await validate(files, 'a.yaml', '--parameter-objects', 'parameters.json')
  expect(code).toBe(2)
  expect(stderr).toContain('parameters.json:1:24: error BAD_PARAMETER_VALUE: The parameter myTable is of type Integer, but "x" is not.')
})

test('a file of values that is not there, or is none, is told by its name', async () => {
  const files = { 'a.yaml': definition, 'values.json': '{"values": ["x"]}' }
  expect((await validate(files, 'a.yaml', '--parameter-values-uri', 'gone.json')).stderr).toContain('There is no file gone.json.')
  expect((await validate(files, 'a.yaml', '--parameter-values-uri', 'values.json')).stderr).toContain('values.json:1:12: error BAD_SECTION')
})

test('--against refuses what an activated pipeline may not change', async () => {
  const files = { 'new.yaml': definition.replace('1 day', '2 days'), 'deployed.yaml': definition }
  const { code, stderr } = await validate(files, 'new.yaml', '--against', 'deployed.yaml', '--param', 'myTable=orders')
  expect(code).toBe(2)
  expect(stderr)
    .toBe(`new.yaml:3:33: error FORBIDDEN_EDIT: nightly.period was "1 day" and is "2 days". The period of an activated schedule may not change.
  hint: Undo it, or make a new pipeline of the new definition.
`)
  expect((await validate(files, 'new.yaml', '--against', 'gone.yaml')).stderr).toContain('There is no file gone.yaml.')
})

test('--json names the page of each code', async () => {
  const { stdout } = await validate({ 'a.yaml': definition }, '--json', 'a.yaml')
  expect(jsonLines(stdout)[0]).toMatchObject({
    code: 'MISSING_PARAMETER',
    severity: 'warning',
    page: 'docs/diagnostics/MISSING_PARAMETER.md',
  })
})

test('--strict refuses what cannot run yet', async () => {
  const text =
    'defaults: { scheduleType: ondemand, workerGroup: g, pipelineLogUri: s3://l/x }\nactivities: { a: { type: HiveActivity, hiveScript: x } }'
  expect(await validate({ 'a.yaml': text }, 'a.yaml')).toMatchObject({ code: 0 })
  const strict = await validate({ 'a.yaml': text }, '--strict', 'a.yaml')
  expect(strict).toMatchObject({ code: 2 })
  expect(strict.stderr).toContain('error NOT_SUPPORTED_YET')
})

test('what is wrong in the tests of a definition is told with the rest', async () => {
  const text = `${definition}tests:\n  - name: loads\n    expcet: { errors: [MISSING_PARAMETER] }\n`
  const { code, stderr } = await validate({ 'a.yaml': text }, 'a.yaml')
  expect(code).toBe(2)
  expect(stderr).toContain('a.yaml:7:5: error UNKNOWN_TEST_KEY')
  expect(stderr).toContain('warning MISSING_PARAMETER')
})
