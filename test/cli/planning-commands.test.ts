import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { jsonLines, sluice, startSluice } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder({ mode: 0o711 })
const home = folder.path
const env = { SLUICE_BACKFILL_GUARD: 'on' }
const ask = (...args: string[]): ReturnType<typeof sluice> => sluice(args, { home, env })

const text = (name: string, more = ''): string => `
sluice: 1
name: ${name}
defaults: { schedule: daily, scheduleType: cron }
schedules: { daily: { period: 1 day, startDateTime: 2001-01-01T00:00:00, occurrences: 10 } }
activities:
  extract: { type: ShellCommandActivity, command: 'true', pool: source }
  load: { type: ShellCommandActivity, command: 'true', dependsOn: extract${more} }
`

function file(name: string, content: string): string {
  const path = join(home, `${name}.yaml`)
  writeFileSync(path, content)
  return path
}

/** Beside a running server, which all commands share. */
let up: ReturnType<typeof startSluice>

beforeAll(async () => {
  up = startSluice(['up', file('ten', text('ten')), '--from', '2001-01-09'], { home, env })
  await up.shows(/2001-01-10 load: FINISHED/)
})
afterAll(async () => {
  up.child.kill('SIGINT')
  await up.ended
  folder[Symbol.dispose]()
})

test('up says which pool is new', async () => {
  expect(await up.shows(/Stop with/)).toContain('source is new and has 1 slot; to change that: sluice pools set source SLOTS')
})

test('up refuses a first activation that would run what is long past, and says how to ask for it', async () => {
  const { code, stderr } = await ask('up', file('old', text('old')))
  expect(code).toBe(2)
  expect(stderr).toContain('old would run 10 past intervals of daily at once: it starts at 2001-01-01T00:00:00, more than a day ago.')
  expect(stderr).toContain('--from 2001-01-01T00:00:00 runs them all, --from now only what is to come')
})

test('up refuses an edit that an activated pipeline may not have, at its line, and changes nothing', async () => {
  const { code, stderr } = await ask('up', file('ten', text('ten').replace(', dependsOn: extract', '')))
  expect(code).toBe(2)
  expect(stderr).toMatch(/ten\.yaml:8:3: error FORBIDDEN_EDIT: The reference load\.dependsOn was removed/)
  expect(stderr).toContain('Nothing was changed.')
  expect(stderr).toContain('sluice up FILE --replace')
  expect(jsonLines((await ask('runs', '--json')).stdout).filter(({ name }) => name === 'ten')).toMatchObject([{ latestVersion: 1 }])
})

test('backfill shows what it would run, runs it, and then there is nothing left', async () => {
  const { stdout } = await ask('backfill', 'ten', '--from', '2001-01-03', '--to', '2001-01-06', '--dry-run')
  expect(stdout).toContain('3 intervals from 2001-01-03 to 2001-01-06, 5 at a time:')
  expect(stdout).toMatch(/load +3 +3 +0 +0 +0 +3/)
  const done = await ask('backfill', 'ten', '--from', '2001-01-03', '--to', '2001-01-06', '--yes', '--watch')
  expect(done.stdout).toMatch(/bf-\w+ FINISHED: 3 of 3 intervals planned, 6 FINISHED\n$/)
  expect(done.code).toBe(0)
  const again = await ask('backfill', 'ten', '--from', '2001-01-03', '--to', '2001-01-06', '--yes')
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing of ten is left to run in that time.') })
  expect(again.stderr).toContain('--again failed, or --again all')
  expect(jsonLines((await ask('backfills', 'ten', '--json')).stdout)).toMatchObject([{ state: 'FINISHED', counts: { FINISHED: 6 } }])
})

test('pools shows them, sets them, and does not take one away that is in use', async () => {
  expect((await ask('pools', 'set', 'source', '3')).stdout).toMatch(/source +3 +0 +0/)
  expect(jsonLines((await ask('pools', 'list', '--json')).stdout)).toEqual([{ name: 'source', slots: 3, taken: 0, waiting: 0 }])
  expect((await ask('pools', 'remove', 'source')).stdout).toContain('The pool source is gone.')
})

test('pause keeps intervals for later, resume runs them, rerun --from begins at a task', async () => {
  expect((await ask('pause', 'ten', 'load')).stdout).toContain('load is paused: it gets no new runs.')
  const filled = await ask('backfill', 'ten', '--from', '2001-01-07', '--to', '2001-01-08', '--yes', '--json')
  expect(filled.code).toBe(0)
  await up.shows(/2001-01-07 extract: FINISHED/)
  expect((await ask('why', 'ten', 'load')).stdout).toContain('load is paused')
  expect((await ask('resume', 'ten', 'load')).stdout).toContain('load is resumed: 1 missed interval runs now')
  await up.shows(/2001-01-07 load: FINISHED/)
  const again = jsonLines((await ask('rerun', 'ten', '--from', 'extract', '--interval', '2001-01-07', '--yes', '--json')).stdout)
  expect(again.map(({ task }) => task).toSorted()).toEqual(['extract', 'load'])
})

test('delete takes a pipeline away, and its id is remembered', async () => {
  const [{ pipeline: _, id }] = jsonLines((await ask('runs', '--json')).stdout).filter(({ name }) => name === 'old') as [
    Record<string, unknown>,
  ]
  expect(await ask('delete', 'old', '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('It is deleted.') })
  const { code, stderr } = await ask('runs', String(id))
  expect(code).toBe(2)
  expect(stderr).toMatch(new RegExp(`The pipeline ${String(id)} \\(old\\) was deleted at `))
})

describe('what cannot be done is refused by name, with a way out', () => {
  test.each([
    [['pause', 'ten', 'lod'], 'The pipeline ten has no task "lod".', 'Did you mean "load"?'],
    [['resume', 'ten', 'load'], 'load of ten is not paused already.', 'sluice pause ten load'],
    [['backfill', 'ten', '--from', '2001-01-08', '--to', '2001-01-03'], '--from is not before --to.', 'Give the earlier'],
    [['backfill', 'ten', '--from', '1999-01-01', '--to', '2000-01-01'], 'ten has no interval that starts between', 'sluice plan'],
    [['backfill', 'ten'], "required option '--from <time>' not specified", ''],
    [['backfills', '--cancel', 'bf-none'], 'There is no backfill "bf-none".', 'sluice backfills'],
    [['pools', 'remove', 'sourc'], 'There is no pool "sourc".', ''],
    [['pools', 'set', 'source', 'many'], 'It must be a whole number, 0 or more.', ''],
    [['rerun', 'ten'], 'Say which task is to run again', 'sluice rerun flights --from load'],
    [['activate', 'tn'], 'There is no pipeline "tn".', 'Did you mean "ten"?'],
    [['delete', 'ten'], 'Delete ten with its history? There is no way back. There is nobody to ask', 'Give --yes'],
  ])('%j', async (args, sentence, hint) => {
    const { code, stderr } = await ask(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
    expect(stderr).toContain(hint)
    expect(stderr).not.toMatch(/^\s+at /m)
  })
})
