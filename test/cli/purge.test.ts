import { expect, test } from 'vitest'
import { openStore } from '../../engine/store/open-store.ts'
import { readRetention, windowOf } from '../../engine/support/retention.ts'
import { jsonLines, sluice } from '../support/cli.ts'
import { beginWindowOn } from '../support/history.ts'
import { testDatabase } from '../support/postgres.ts'
import { activated, runAll } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const text = `
sluice: 1
name: nightly
defaults: { scheduleType: ondemand }
activities:
  load: { type: ShellCommandActivity, command: 'true' }
`

test('purge says what it would drop, drops it, and what is asked about it afterwards says when it went and what the retention is', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  const store = await openStore(database.connection)
  const id = await activated(store, text)
  await runAll(store)
  await beginWindowOn(store, -40)
  await store.close()
  const ask = (...args: string[]): ReturnType<typeof sluice> =>
    sluice(args, { home: folder.path, env: { SLUICE_DATABASE_URL: database.url } })

  expect((await ask('purge', '--dry-run')).stdout).toMatch(/^Nothing is beyond 1 year\. The oldest window of the history ended 20/)
  const dry = await ask('purge', '--older-than', '30 days', '--dry-run')
  expect({ code: dry.code, stdout: dry.stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/too old\nA purge would free up to \d+ kB/),
  })
  expect((await ask('runs', id)).stdout).toContain('load')

  const { code, stdout } = await ask('purge', '--older-than', '30 days', '--json')
  expect({ code, said: jsonLines(stdout) }).toEqual({
    code: 0,
    said: [expect.objectContaining({ event: 'purged', instances: 1, attempts: 1, kept: 0, because: 'age', retention: '30 days' })],
  })
  const gone = /Runs planned before 20\S+ \d\d:\d\d were purged on 20\S+ \d\d:\d\d UTC; retention is 30 days\./
  for (const args of [
    ['runs', id],
    ['why', id],
    ['why', id, 'load'],
    ['why', id, 'load', '--interval', '2026-01-01'],
    ['logs', id, 'load'],
    ['logs', id, 'load', '--interval', '2026-01-01'],
    ['rerun', id, 'load'],
    ['cancel', id, 'load', '--interval', '2026-01-01'],
  ]) {
    const answer = await ask(...args)
    expect(`${args.join(' ')}: ${answer.stdout}${answer.stderr}`).toMatch(gone)
  }
  expect((await ask('purge', '--older-than', '30 days')).stdout).toContain('Nothing is beyond 30 days.')
}, 60_000)

test.each([
  ['a retention that is none', ['purge'], { SLUICE_RETENTION: 'soon' }, '"soon" is no retention.'],
  ['a server with one', ['server', '--retention', '90'], {}, '"90" is no retention.'],
  ['up with one', ['up', '--retention', '1 GB, 2 GB'], {}, '"1 GB, 2 GB" is no retention.'],
  ['an age that is none', ['purge', '--older-than', '20 GB'], {}, 'It must be a period'],
])('%s is refused', async (_, args, env, sentence) => {
  using folder = temporaryFolder()
  const { code, stderr } = await sluice(args, { home: folder.path, env })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) })
})

test('a retention is an age, bytes, both, or none; a window is a twelfth of it, and no longer than a quarter of a year', () => {
  const day = 86_400_000
  expect(readRetention('90 days')).toEqual({ text: '90 days', ageMs: 90 * day })
  expect(readRetention(' 20 GB')).toEqual({ text: '20 GB', bytes: 20e9 })
  expect(readRetention('1 year, 1.5 TiB')).toEqual({ text: '1 year, 1.5 TiB', ageMs: 365 * day, bytes: 1.5 * 2 ** 40 })
  expect(readRetention('forever')).toEqual({ text: 'forever' })
  expect(windowOf(readRetention('12 days, 12 GB'))).toEqual({ spanMs: day, bytes: 1e9 })
  expect(windowOf(readRetention('forever'))).toEqual({ spanMs: 90 * day, bytes: undefined })
  for (const wrong of ['', '0 days', '5', '1 day 1 GB', '1 day, 2 days', '-1 GB', '0 GB', ','])
    expect(() => readRetention(wrong)).toThrow('is no retention')
})
