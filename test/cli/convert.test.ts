import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { pipeline, sluice, type CliResult } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

const convert = (...args: string[]): Promise<CliResult> => sluice(['convert', ...args], { home })
const flights = 'pipelines/examples/flights.yaml'

test("YAML becomes AWS's JSON, and that becomes YAML that says the same", async () => {
  const json = join(home, 'flights.json')
  const yaml = join(home, 'flights.yaml')
  expect(await convert(flights, '--output', json)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await convert(json, '--output', yaml)).toEqual({ code: 0, stdout: '', stderr: '' })

  const { objects } = JSON.parse(readFileSync(json, 'utf8')) as { objects: { id: string; schedule?: unknown }[] }
  expect(objects.find(({ id }) => id === 'Default')?.schedule).toEqual({ ref: 'daily' })
  const again = await convert(yaml)
  expect(again.stdout).toBe(readFileSync(json, 'utf8'))
  expect((await sluice(['validate', yaml], { home })).stdout).toBe('1 file, no errors\n')
})

test('YAML to YAML keeps the text, comments included', async () => {
  const { code, stdout } = await convert(flights, '--to', 'yaml')
  expect({ code, stdout }).toEqual({ code: 0, stdout: readFileSync(flights, 'utf8') })
})

test('JSON to JSON is written anew, with what was repaired', async () => {
  const file = join(home, 'raw.json')
  writeFileSync(file, '{"objects": [{"id": "a", "type": "ShellCommandActivity", "command": "one\ntwo", "stage": true},]}')
  const { code, stdout } = await convert(file, '--to', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({
    name: 'raw',
    objects: [{ id: 'a', name: 'a', type: 'ShellCommandActivity', command: 'one\ntwo', stage: 'true' }],
  })
})

describe('the output', () => {
  test('is not replaced unless --force says so', async () => {
    const output = join(home, 'mine.json')
    writeFileSync(output, 'mine')
    const { code, stderr } = await convert(pipeline('hello'), '--output', output)
    expect(code).toBe(2)
    expect(stderr).toContain('mine.json is already there.\n  hint: Name another file, or say --force')
    expect(readFileSync(output, 'utf8')).toBe('mine')

    expect((await convert(pipeline('hello'), '--output', output, '--force')).code).toBe(0)
    expect(JSON.parse(readFileSync(output, 'utf8'))).toHaveProperty('objects')
  })

  test('that cannot be written leaves nothing behind', async () => {
    const here = join(home, 'here')
    mkdirSync(join(here, 'taken'), { recursive: true })
    const { code, stderr } = await convert(pipeline('hello'), '--output', join(here, 'taken'), '--force')
    expect(code).toBe(2)
    expect(stderr).toContain('taken cannot be written')
    expect(readdirSync(here)).toEqual(['taken'])
    expect((await convert(pipeline('hello'), '--output', join(home, 'nowhere/x.json'))).code).toBe(2)
  })

  test('is not begun for a definition with a mistake', async () => {
    const output = join(home, 'broken.json')
    const { code, stdout, stderr } = await convert(pipeline('same-id'), '--output', output)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('error DUPLICATE_ID')
    expect(readdirSync(home)).not.toContain('broken.json')
  })

  test('is refused when the form cannot say it: AWS JSON has no object without an id', async () => {
    const file = join(home, 'nameless.yaml')
    writeFileSync(file, 'sluice: 1\nactivities: { "": { type: ShellCommandActivity, command: hi } }\n')
    const { code, stdout, stderr } = await convert(file)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('cannot be said in that form: An object has no id.')
  })
})
