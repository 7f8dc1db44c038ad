import { afterAll, describe, expect, test } from 'vitest'
import { writeFileSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { jsonLines, pipeline, sluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

/** What a person sees: the exit code and the error output, which holds no stack. */
async function refused(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await sluice(args, { home })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).not.toMatch(/^\s+at /m)
  return stderr
}

describe('run refuses a definition with the place of the mistake and a way out', () => {
  test.each([
    ['unknown-type', ':3:12: error UNKNOWN_TYPE: greet.type is "ShelCommandActivity"', 'Did you mean "ShellCommandActivity"?'],
    ['unknown-field', ':4:40: error UNKNOWN_FIELD: greet.comand', 'Did you mean "command"?'],
    ['unknown-reference', ':5:67: error UNKNOWN_REFERENCE: part.dependsOn refers to "gret"', 'Did you mean "greet"?'],
    ['unknown-parameter', ':5:57: error UNKNOWN_NAME: greet.command uses #{myTabel}', 'Did you mean "myTable"?'],
    ['broken', ':4:1: error BAD_SYNTAX: The text is not valid YAML or JSON', ''],
    ['cycle', ':4:68: error CYCLE: first waits for itself: first -> second -> first.', 'Remove one'],
    ['same-id', ':6:3: error DUPLICATE_ID: Two objects have the id "greet"', 'Rename or remove one'],
    ['bad-date', ':3:38: error BAD_DATE: daily.startDateTime', 'All times are UTC'],
    ['bad-period', ':3:67: error BAD_PERIOD: daily.period', 'The units are'],
  ])('%s', async (name, mistake, hint) => {
    const stderr = await refused('run', pipeline(name))
    expect(stderr).toContain(`${pipeline(name)}${mistake}`)
    expect(stderr).toContain(hint)
  })
})

describe('run refuses what it cannot begin with', () => {
  test('a file that is not there, naming the one that was meant', async () => {
    expect(await refused('run', pipeline('helo'))).toBe(
      'error: There is no file test/fixtures/pipelines/helo.yaml.\n  hint: Did you mean "hello.yaml"?\n',
    )
  })

  test('a folder that is not there', async () => {
    expect(await refused('run', 'nowhere/hello.yaml')).toContain('There is no folder nowhere either.')
  })

  test('a folder', async () => {
    expect(await refused('run', 'test/fixtures')).toContain('test/fixtures is a folder, not a definition file.')
  })

  test('a file that may not be read', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read every file')
    const file = join(home, 'secret.yaml')
    writeFileSync(file, 'sluice: 1')
    chmodSync(file, 0)
    expect(await refused('run', file)).toContain('may not be read by this user')
  })

  test('an empty file', async () => {
    const file = join(home, 'empty.yaml')
    writeFileSync(file, '')
    expect(await refused('run', file)).toContain('The file holds no definition.')
  })

  test('a parameter that the definition does not have', async () => {
    const stderr = await refused('run', pipeline('three-days'), '--param', 'myGreting=hi')
    expect(stderr).toContain('error UNKNOWN_PARAMETER: A value is given for "myGreting"')
    expect(stderr).toContain('Did you mean "myGreeting"?')
  })

  test('a parameter without a value', async () => {
    expect(await refused('run', pipeline('three-days'), '--param', 'myGreeting')).toContain('It must be id=value')
  })

  test('a time that is none', async () => {
    expect(await refused('run', pipeline('three-days'), '--at', 'yesterday')).toContain('It must be a date and time in UTC')
  })

  test('an option that it does not have, naming the one that was meant', async () => {
    expect(await refused('run', '--jsn', pipeline('hello'))).toContain('Did you mean --json?')
  })

  test('no file', async () => {
    expect(await refused('run')).toContain("missing required argument 'file'")
  })
})

test('an unknown command is refused, naming the one that was meant', async () => {
  expect(await refused('valdate')).toContain('Did you mean validate?')
})

test('without a command the help is shown as an error', async () => {
  expect(await refused()).toContain('Usage: sluice')
})

test.each(['run', 'new', 'validate', 'up', 'runs', 'why', 'logs', 'rerun', 'cancel', 'finish', 'deactivate'])(
  '%s --help has an example',
  async (command) => {
    const { code, stdout } = await sluice([command, '--help'], { home })
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`Examples:\n  sluice ${command}`))
  },
)

test('--version is that of the package', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
  expect((await sluice(['--version'], { home })).stdout).toBe(`${manifest.version}\n`)
})

describe('validate', () => {
  test('counts files without errors', async () => {
    const { code, stdout, stderr } = await sluice(['validate', pipeline('hello'), pipeline('three-days')], { home })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '2 files, no errors\n', stderr: '' })
  })

  test('checks every file, also after one that is not there', async () => {
    const { code, stdout, stderr } = await sluice(['validate', 'nowhere.yaml', pipeline('cycle')], { home })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '2 files, 2 errors\n' })
    expect(stderr).toMatch(/There is no file nowhere\.yaml[^]*error CYCLE/)
  })

  test('takes parameters', async () => {
    expect((await sluice(['validate', pipeline('three-days'), '--param', 'myGreeting=hi'], { home })).code).toBe(0)
  })

  test('--strict refuses what only AWS refuses', async () => {
    const { code, stderr } = await sluice(['validate', '--strict', pipeline('hello')], { home })
    expect(code).toBe(2)
    expect(stderr).toContain('runsOn')
  })

  test('--json is one object a line', async () => {
    const { code, stdout, stderr } = await sluice(['validate', '--json', pipeline('bad-date')], { home })
    const [diagnostic, summary] = jsonLines(stdout)
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(diagnostic).toMatchObject({ event: 'diagnostic', file: pipeline('bad-date'), line: 3, column: 38, code: 'BAD_DATE' })
    expect(summary).toEqual({ event: 'summary', files: 1, errors: 1, warnings: 0 })
  })
})

test('a home that cannot be made is a sentence; a stack is shown only with SLUICE_DEBUG', async () => {
  const plain = await sluice(['runs'], { home: '/dev/null/home' })
  expect(plain.code).toBe(3)
  expect(plain.stderr).toMatch(/^error: The home \/dev\/null\/home cannot be written: .*\n {2}hint: Set SLUICE_HOME[^\n]*\n$/)
  const debug = await sluice(['runs'], { home: '/dev/null/home', env: { SLUICE_DEBUG: '1' } })
  expect(debug.stderr).toMatch(/^ {4}at /m)
})

test('a file that is not UTF-8 is refused at its line, by every command that reads it, and nothing is put in the place of what it says', async () => {
  const file = join(home, 'latin1.yaml')
  writeFileSync(file, Buffer.from('sluice: 1\nname: größe\nactivities: {}\n', 'latin1'))
  for (const command of ['run', 'validate', 'convert', 'fmt', 'plan']) {
    const { code, stderr } = await sluice([command, file], { home })
    expect(code).toBe(2)
    expect(stderr).toContain(`${file}:2 is not UTF-8.\n  hint: Convert it, for example: iconv -f latin1 -t utf-8`)
  }
})
