import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sluice, startSluice, type CliResult } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

const fmt = (...args: string[]): Promise<CliResult> => sluice(['fmt', ...args], { home })
const rough = '# mine\nactivities:   # work\n    a: {command: "echo hi", type: ShellCommandActivity}\nsluice: 1'
const smooth = 'sluice: 1\n\n# mine\nactivities: # work\n  a: { type: ShellCommandActivity, command: echo hi }\n'

/** A file of its own folder. */
function fileOf(name: string, text: string | Uint8Array): string {
  mkdirSync(join(home, name))
  const file = join(home, name, `${name}.yaml`)
  writeFileSync(file, text)
  return file
}

describe('a file', () => {
  test('is formatted in place and named; formatted again it stays as it is', async () => {
    const file = fileOf('rough', rough)
    expect(await fmt(file)).toEqual({ code: 0, stdout: `formatted ${file}\n`, stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe(smooth)
    expect(await fmt(file, 'pipelines/examples/flights.yaml')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readdirSync(join(home, 'rough'))).toEqual(['rough.yaml'])
  })

  test('keeps its mode, and a link to it stays a link', async () => {
    const file = fileOf('mode', rough)
    const link = join(home, 'mode', 'link.yaml')
    symlinkSync('mode.yaml', link)
    chmodSync(file, 0o646)
    expect((await fmt(link)).code).toBe(0)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(statSync(file).mode & 0o777).toBe(0o646)
    expect(readFileSync(file, 'utf8')).toBe(smooth)
  })

  test('with a mistake is left alone: the mistake is told, and the other files are formatted', async () => {
    const broken = fileOf('broken', 'activities: { a: {')
    const good = fileOf('good', rough)
    const { code, stdout, stderr } = await fmt(broken, 'nowhere.yaml', good)
    expect({ code, stdout }).toEqual({ code: 2, stdout: `formatted ${good}\n` })
    expect(stderr).toContain(`${broken}:1:19: error BAD_SYNTAX`)
    expect(stderr).toContain('There is no file nowhere.yaml')
    expect(readFileSync(broken, 'utf8')).toBe('activities: { a: {')
  })

  test("in AWS's form with comments is left alone, and the way out is named", async () => {
    const text = '{"objects": [ # mine\n{"id": "a", "type": "CSV"}]}'
    const file = fileOf('comment', text)
    const { code, stderr } = await fmt(file)
    expect(code).toBe(2)
    expect(stderr).toContain(`${file} is left as it is: JSON cannot hold "# mine"`)
    expect(stderr).toContain('hint: Turn it into the YAML form (sluice convert --to yaml)')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  test('that is not UTF-8 is left alone', async () => {
    const bytes = Buffer.from('sluice: 1\ndescription:   caf\u00e9\n', 'latin1')
    const file = fileOf('latin', bytes)
    const { code, stderr } = await fmt(file)
    expect(code).toBe(2)
    expect(stderr).toContain(`${file}:2 is not UTF-8.`)
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})

describe('--check', () => {
  test('lists what is not formatted, ends with 1 and writes nothing', async () => {
    const file = fileOf('check', rough)
    expect(await fmt('--check', 'pipelines/examples/flights.yaml', file)).toEqual({ code: 1, stdout: `${file}\n`, stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe(rough)
    expect(await fmt('--check', 'pipelines/examples/flights.yaml')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('ends with 2 when a file has a mistake', async () => {
    const files = [fileOf('checkRough', rough), fileOf('checkBroken', 'activities: [')]
    expect((await fmt('--check', ...files)).code).toBe(2)
  })
})

test('- formats the standard input to the standard output', async () => {
  await using command = startSluice(['fmt', '-'], { home })
  command.child.stdin.end(rough)
  expect(await command.ended).toEqual({ code: 0, stdout: smooth, stderr: '' })
})

test('sluice convert writes YAML to YAML in the same layout', async () => {
  const { code, stdout } = await sluice(['convert', fileOf('convert', rough), '--to', 'yaml'], { home })
  expect({ code, stdout }).toEqual({ code: 0, stdout: smooth })
})
