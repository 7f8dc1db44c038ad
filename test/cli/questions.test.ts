import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, pipeline, sluice, startSluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder({ mode: 0o711 })
const home = folder.path
const ask = (...args: string[]): ReturnType<typeof sluice> => sluice(args, { home })

test('on an empty home the commands say how to begin', async () => {
  using empty = temporaryFolder({ mode: 0o711 })
  const { code, stdout } = await sluice(['runs'], { home: empty.path })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'Nothing has run yet. Begin with: sluice run pipelines/examples/flights.yaml\n' })
})

describe('beside a running server', () => {
  let up: ReturnType<typeof startSluice>

  beforeAll(async () => {
    await ask('run', pipeline('hello'))
    await ask('run', pipeline('failing'))
    up = startSluice(['up', pipeline('waiting')], { home }) // what follows shares its server
    await up.shows(/Stop with Ctrl-C/)
  })
  afterAll(async () => {
    up.child.kill('SIGINT')
    await up.ended
    folder[Symbol.dispose]()
  })

  test('runs lists pipelines, newest first', async () => {
    const { stdout } = await ask('runs')
    expect(stdout).toMatch(
      /^PIPELINE +NAME +STATE[^\n]*\ndf-\w+ +waiting[^\n]*\ndf-\w+ +failing[^\n]*1 FAILED[^\n]*\ndf-\w+ +hello +FINISHED[^\n]*2 FINISHED\n$/,
    )
  })

  test('runs --json --limit gives that many objects', async () => {
    const lines = jsonLines((await ask('runs', '--json', '--limit', '1')).stdout)
    expect(lines).toEqual([expect.objectContaining({ name: 'waiting', state: 'SCHEDULED' })])
  })

  test('runs of one pipeline, by name or by the beginning of its id, is a tree', async () => {
    const { stdout } = await ask('runs', 'failing')
    expect(stdout).toMatch(
      /✔ prepare[^\n]*\n {4}✖ break[^\n]*FAILED[^\n]*attempt 2[^\n]*fire[^\n]*\n {4}○ never[^\n]*cannot run: break is FAILED/,
    )
    const [, id = ''] = /(df-\w+)/.exec(stdout) ?? []
    expect((await ask('runs', id.slice(0, 12))).stdout).toBe(stdout)
  })

  test('a beginning that several ids have is refused, naming them', async () => {
    const { code, stderr } = await ask('runs', 'df-')
    expect(code).toBe(2)
    expect(stderr).toMatch(/"df-" is the beginning of more than one id: df-\w+ \(\w+\), df-/)
  })

  test.each([
    [['runs', 'helo'], 'There is no pipeline "helo".', 'Did you mean "hello"?'],
    [['why', 'failing', 'braek'], 'The pipeline failing has no task "braek".', 'Did you mean "break"?'],
    [['logs', 'failing', 'prepar'], 'The pipeline failing has no task "prepar".', 'Did you mean "prepare"?'],
    [['logs', 'failing', 'never'], 'never of failing has not been tried yet.', 'sluice why failing never'],
    [['logs', 'failing', 'break', '--attempt', '7'], 'There is no attempt 7.', 'There is 1, 2.'],
    [['logs', 'failing', 'break', '--interval', '2001-01-01'], 'no run that was tried for the interval 2001-01-01', 'There is 20'],
  ])('%j is refused with a way out', async (args, sentence, hint) => {
    const { code, stderr } = await ask(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr).toContain(hint)
  })

  test('why says what each task waits for and what helps', async () => {
    const { stdout } = await ask('why')
    expect(stdout).toMatch(
      /arrived is not true [^\n]*\n {4}→ sluice logs[^\n]*\n {4}→ sluice finish df-\w+ arrived --interval [^\n]*\n[^\n]*load waits[^\n]* until the precondition arrived is true\.\n$/,
    )
    const chain = (await ask('why', 'waiting', 'load')).stdout
    expect(chain).toMatch(
      /load waits[^\n]* until the precondition arrived is true, which is not true since[^\n]*\n[^\n]*logs[^\n]*\n[^\n]*sluice finish df-\w+ arrived/,
    )
  })

  test('why of a precondition says what it found and when it looks again', async () => {
    const { stdout } = await ask('why', 'arrived')
    expect(stdout).toMatch(
      /arrived is not true since .*: s3:\/\/nowhere\/file\.csv.*; it is looked at again at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\./,
    )
  })

  test('why --json has one reason for each task that has not ended', async () => {
    const lines = jsonLines((await ask('why', 'waiting', '--json')).stdout)
    const codes = new Map(lines.map(({ instanceKey, code }) => [/^@[a-z]+/.exec(instanceKey as string)?.[0], code]))
    expect(codes.get('@arrived')).toBe('NOT_TRUE_YET')
    expect(codes.get('@load')).toBe('PRECONDITION')
    expect(lines).toHaveLength(2)
  })

  test('why of a dependency that failed leads to its log, and to running it again', async () => {
    const { stdout } = await ask('why', 'failing')
    expect(stdout).toMatch(
      /never can never run: break, which it depends on, is FAILED\.\n {4}→ sluice logs df-\w+ break --interval \S+\n {4}→ sluice rerun df-\w+ break --interval \S+\n$/,
    )
  })

  test('why says when everything has ended', async () => {
    expect((await ask('why', 'hello')).stdout).toContain('Everything has ended; nothing waits and nothing failed.')
  })

  test('why of what has ended shows the failure', async () => {
    expect((await ask('why', 'failing', 'break')).stdout).toMatch(
      /Every run of break has ended\. What did not finish:\n[^\n]*break is FAILED: .*disk is on fire/,
    )
  })

  test('logs prints every file of the newest attempt, and which attempt that is', async () => {
    const { stdout, stderr } = await ask('logs', 'failing', 'break')
    expect(stderr).toMatch(/^failing df-\w+, break \S+, attempt 2 of 2: FAILED\n$/)
    expect(stdout).toMatch(/==> Activity\.log <==\n[^]*==> StdError <==\nthe disk is on fire\n==> StdOutput <==\nabout to break\n$/)
  })

  test('logs --stdout --attempt prints that file of that attempt and nothing else', async () => {
    const { stdout, stderr } = await ask('logs', 'failing', 'break', '--stdout', '--attempt', '1')
    expect(stdout).toBe('about to break\n')
    expect(stderr).toContain('attempt 1 of 2')
  })
})
