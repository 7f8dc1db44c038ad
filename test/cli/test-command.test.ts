import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, pipeline, sluice, type CliResult } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const [passing, failing, wrong] = [pipeline('tests/passing'), pipeline('tests/failing'), pipeline('tests/wrong')]

async function run(...args: string[]): Promise<CliResult> {
  using home = temporaryFolder()
  return sluice(['test', ...args], { home: home.path })
}

test('tests that pass are named, and 0 says so', async () => {
  expect(await run(passing)).toEqual({
    code: 0,
    stderr: '',
    stdout: `✔ ${passing}: at is the activation of a schedule that begins then, and chooses the interval of one that has a start
✔ ${passing}: an optional parameter without a value leaves its field out
✔ ${passing}: it asks for what it needs, and a type that cannot run yet is not its fault
3 tests, all passed
`,
  })
})

test('an expectation that is not met is told at its line, with what was expected and what came of it, and 1', async () => {
  const { code, stdout, stderr } = await run(failing)
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
  const told = (at: string, what: string, expected: string, actual: string): string =>
    `    ${failing}:${at}: ${what}\n      expected  ${expected}\n      actual    ${actual}\n`
  expect(stdout).toContain(
    `✖ ${failing}: another folder\n${told('11:51', 'another folder: folder.directoryPath', '"s3://out/02"', '"s3://out/01"')}`,
  )
  expect(stdout).toContain(told('14:50', 'another list: work.scriptArgument', '["b","a"]', '["a","b"]'))
  expect(stdout).toContain(told('17:51', 'not left out: folder.directoryPath', 'left out', '"s3://out/01"'))
  expect(stdout).toContain(told('20:43', 'a secret: work.command', '********', 'another value, with a secret in it'))
  expect(stdout).toMatch(/refused by the worker: work\.maximumRetries\n.*\n {6}actual {4}work\.maximumRetries is "s3:\/\/out\/01", but/)
  expect(stdout).toContain(
    'before the schedule begins: folder.directoryPath\n      expected  "s3://out/31"\n      actual    The schedule nightly has no interval that holds 2025-12-31T00:00:00.\n',
  )
  expect(stdout).toMatch(
    /no value: errors\n {6}expected {2}none\n {6}actual {4}MISSING_PARAMETER\n {16}MISSING_PARAMETER: The parameter myOutput has no value\./,
  )
  expect(stdout).toMatch(
    /no value: folder\.directoryPath\n {6}expected {2}"s3:\/\/out\/01"\n {6}actual {4}"#\{myOutput\}\/01"\n {16}The parameter myOutput has no value\./,
  )
  expect(stdout).toContain(told('32:23', 'another error: errors', 'MISSING_PARAMETER, UNKNOWN_NAME', 'none'))
  expect(stdout).toMatch(/a value for a parameter that is not there: errors\n {6}expected {2}none\n {6}actual {4}UNKNOWN_PARAMETER/)
  expect(stdout).toMatch(/\n9 tests, 9 failed\n$/)
  expect(stdout).not.toContain('hush')
})

test('--json is one object a line', async () => {
  const { code, stdout } = await run('--json', passing, failing)
  expect(code).toBe(1)
  const lines = jsonLines(stdout)
  expect(lines[0]).toEqual({
    event: 'test',
    file: passing,
    line: 22,
    name: expect.stringContaining('at is the activation'),
    status: 'passed',
    failures: [],
  })
  expect(lines[3]).toEqual({
    event: 'test',
    file: failing,
    line: 9,
    name: 'another folder',
    status: 'failed',
    failures: [{ line: 11, column: 51, what: 'folder.directoryPath', expected: '"s3://out/02"', actual: '"s3://out/01"' }],
  })
  expect(lines.at(-1)).toEqual({ event: 'summary', files: 2, tests: 12, failed: 9, untested: 0, wrong: 0 })
})

test('what is wrong in tests is told with its place and a way out, and none of the file is run', async () => {
  const { code, stdout, stderr } = await run(wrong)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '0 tests, 1 file with mistakes\n' })
  for (const sentence of [
    '5:5: error UNKNOWN_TEST_KEY: A test has no key "nme".\n  hint: Did you mean "name"?',
    '7:5: error BAD_TEST: A test expects nothing.',
    '9:13: error BAD_TEST: A test expects nothing.',
    '11:24: error BAD_TEST: The value of myA is not text or a list of texts.',
    '12:9: error BAD_TEST: The instant at is not a date and time in UTC.',
    '13:23: error BAD_TEST: The expected errors are not a list of codes.',
    '13:70: error BAD_TEST: The expected value of work.command is not text.',
    '15:26: error UNKNOWN_OBJECT: The definition has no object "wrok" that has a type.\n  hint: Did you mean "work"?',
    '15:61: error UNKNOWN_FIELD: work is of type ShellCommandActivity, which has no field "comand".\n  hint: Did you mean "command"?',
    '17:51: error BAD_TEST: What is expected of work has the key command twice.',
    '18:5: error BAD_TEST: A test is not a map.',
    '20:23: error BAD_TEST: There is no error "MISSING_PARAMETR".\n  hint: Did you mean "MISSING_PARAMETER"?',
  ])
    expect(stderr).toContain(`${wrong}:${sentence}`)
})

test('a file without tests is not green', async () => {
  const none = await run(pipeline('hello'))
  expect(none.code).toBe(2)
  expect(none.stderr).toContain(`${pipeline('hello')}: there are no tests in it.\n  hint: Add a section tests`)
  expect(none.stdout).toBe('0 tests, 1 file without tests\n')
  expect(await run(pipeline('hello'), passing)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/\n3 tests, all passed, 1 file without tests\n$/),
  })
})

test.each([
  ['is not there', undefined, 'UNREADABLE_FILE: There is no file'],
  ['cannot be read as a definition', 'sluice: 1\nactivites: {}\n', 'UNKNOWN_SECTION'],
  ['has no list of tests', 'sluice: 1\ntests: { a: b }\n', 'BAD_TEST: The section tests is not a list.'],
])('a file that %s is wrong input, and the others are still tested', async (_, text, sentence) => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file.yaml')
  if (text !== undefined) writeFileSync(file, text)
  const { code, stdout, stderr } = await run(file, passing)
  expect(code).toBe(2)
  expect(stderr).toContain(sentence)
  expect(stdout).toContain('3 tests, all passed, 1 file with mistakes')
})

test('mistakes of the definition are errors that a test may expect, and without which it looks at nothing', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file.yaml')
  writeFileSync(
    file,
    `sluice: 1
defaults: { scheduleType: ondemand }
activities: { a: { type: ShellCommandActivity, command: 'true', dependsOn: nobody } }
tests:
  - { name: expected, expect: { errors: [UNKNOWN_REFERENCE] } }
  - { name: looking, expect: { errors: [UNKNOWN_REFERENCE], objects: { a: { command: 'true' } } } }
`,
  )
  const { code, stdout } = await run(file)
  expect(code).toBe(1)
  expect(stdout).toContain(`✔ ${file}: expected\n✖ ${file}: looking\n`)
  expect(stdout).toContain('actual    not there, since the definition has errors')
})

test('a test without at is of the first interval, or of an activation on 2026-01-01', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'file.yaml')
  writeFileSync(
    file,
    `sluice: 1
defaults: { scheduleType: ondemand }
activities: { a: { type: ShellCommandActivity, command: 'echo #{@scheduledStartTime}' } }
tests: [{ name: on demand, expect: { objects: { a: { command: echo 2026-01-01T00:00:00 } } } }]
`,
  )
  expect(await run(file)).toMatchObject({ code: 0 })
})
