import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, pipeline, sluice, startOnTerminal, startSluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder({ mode: 0o711 })
const home = folder.path
const ask = (...args: string[]): ReturnType<typeof sluice> => sluice(args, { home })

/** Beside a running server, which all commands share; `failing` has no worker: its groups are those of a run that is over. */
let up: ReturnType<typeof startSluice>

beforeAll(async () => {
  await ask('run', pipeline('hello'))
  await ask('run', pipeline('failing'))
  up = startSluice(['up', pipeline('waiting')], { home })
  await up.shows(/Stop with Ctrl-C/)
})
afterAll(async () => {
  up.child.kill('SIGINT')
  await up.ended
  folder[Symbol.dispose]()
})

/** Until the precondition has been looked at once: on a busy machine that takes its time. The test's own time-out bounds it. */
async function lookedAt(name: string, precondition: string): Promise<void> {
  for (;;) {
    const [reason] = jsonLines((await ask('why', name, precondition, '--json')).stdout)
    if (reason?.['code'] === 'NOT_TRUE_YET') return
  }
}

describe('what cannot be done is refused by name, with a way out', () => {
  test.each([
    [['cancel', 'helo', 'greet'], 'There is no pipeline "helo".', 'Did you mean "hello"?'],
    [['cancel', 'hello', 'gret'], 'The pipeline hello has no task "gret".', 'Did you mean "greet"?'],
    [['cancel', 'hello', 'greet'], 'greet of hello has nothing to cancel: it is FINISHED.', 'sluice rerun hello greet'],
    [['cancel', 'hello'], 'hello has no run to cancel: all have ended.', 'sluice runs hello'],
    [['cancel', 'waiting', 'load', '--interval', '2001-01-01'], 'load of waiting has no run for the interval 2001-01-01.', 'There is 20'],
    [['cancel', 'waiting'], 'Cancel 2 runs of waiting? There is nobody to ask, so nothing was done.', 'Give --yes'],
    [['cancel', 'waiting', '--json'], 'There is nobody to ask', 'Give --yes'],
    [['finish', 'helo', 'greet'], 'There is no pipeline "helo".', 'Did you mean "hello"?'],
    [['finish', 'hello', 'part'], 'part of hello is FINISHED already.', 'sluice rerun hello part'],
    [['finish', 'hello', 'prt'], 'The pipeline hello has no task "prt".', 'Did you mean "part"?'],
    [['deactivate', 'helo'], 'There is no pipeline "helo".', 'Did you mean "hello"?'],
    [['deactivate', 'hello'], 'hello is not active: it is FINISHED.', 'sluice runs'],
    [['deactivate', 'waiting'], 'Deactivate waiting and cancel 2 runs? There is nobody to ask, so nothing was done.', 'Give --yes'],
    [['rerun', 'helo', 'greet'], 'There is no pipeline "helo".', 'Did you mean "hello"?'],
    [['rerun', 'hello', 'gret'], 'The pipeline hello has no task "gret".', 'Did you mean "greet"?'],
    [['rerun', 'hello', 'greet'], 'Run it again? There is nobody to ask, so nothing was done.', 'Give --yes'],
    [['rerun', 'waiting', 'load'], 'load of waiting has not ended: it is WAITING_ON_DEPENDENCIES.', 'sluice cancel waiting load'],
    [['rerun', 'failing', 'never'], 'never of failing has not ended', 'sluice why failing never'],
    [['rerun', 'hello', 'greet', '--interval', 'soon'], 'It must be a date and time in UTC', ''],
  ])('%j', async (args, sentence, hint) => {
    const { code, stderr } = await ask(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr).toContain(hint)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})

test('why names the commands that mend', async () => {
  expect((await ask('why', 'failing', 'never')).stdout).toMatch(/→ sluice rerun df-\w+ break --interval \S+\n/)
  expect((await ask('why', 'failing', 'break')).stdout).toMatch(/→ sluice rerun df-\w+ break --interval \S+\n/)
  await lookedAt('waiting', 'arrived')
  expect((await ask('why', 'waiting', 'arrived')).stdout).toMatch(/→ sluice finish df-\w+ arrived --interval \S+\n/)
})

test('rerun on a terminal shows what runs again and asks; a no changes nothing', async () => {
  await using asked = startOnTerminal(['rerun', 'failing', 'break'], { home })
  await asked.shows(/Run it again\?/)
  asked.child.stdin.write('n')
  const { code, stdout } = await asked.ended
  expect(stdout).toMatch(/break: FAILED, runs again[^]*Nothing was done\./)
  expect(code).toBe(1)
  expect((await ask('runs', 'failing')).stdout).toMatch(/break[^\n]*FAILED/)
})

test('rerun --json --yes says what runs again', async () => {
  const { code, stdout } = await ask('rerun', 'hello', 'greet', '--downstream', '--json', '--yes')
  expect(code).toBe(0)
  expect(jsonLines(stdout).map(({ event, task, was, asked }) => ({ event, task, was, asked }))).toEqual([
    { event: 'rerun', task: 'greet', was: 'FINISHED', asked: true },
    { event: 'rerun', task: 'part', was: 'FINISHED', asked: false },
  ])
})

test('finish of a precondition lets go what waits for it', async () => {
  const { code, stdout } = await ask('finish', 'waiting', 'arrived')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^waiting df-\w+ SCHEDULED\n[^]* {2}arrived of load: \w+ → FINISHED\n/)
  await up.shows(/load: FINISHED/)
})

test('cancel of all that has not ended', async () => {
  const { code, stdout } = await ask('cancel', 'failing', '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/never: WAITING_ON_DEPENDENCIES → CANCELED\n/)
  expect((await ask('why', 'failing', 'never')).stdout).toContain('never is CANCELED: a person asked for it with sluice cancel')
})
