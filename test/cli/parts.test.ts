import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonLines, pipeline, sluice } from '../support/cli.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test.each<[string, string[], string]>([
  ['no tasks at once', ['worker', '--tasks', '0'], 'It must be a whole number, 1 or more.'],
  ['a grace that is no number', ['worker', '--grace', 'long'], 'It must be a whole number of seconds, 0 or more.'],
  ['an argument that a server does not take', ['server', 'nightly.yaml'], 'too many arguments'],
  ['apply without a file', ['apply'], "missing required argument 'file'"],
])('%s is refused before anything is opened', async (_, args, sentence) => {
  using folder = temporaryFolder()
  const { code, stderr } = await sluice(args, { home: join(folder.path, 'home') })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(sentence) })
})

test.each([['server'], ['worker'], ['migrate']])('%s says that its database cannot be reached, and ends with 3', async (command) => {
  using folder = temporaryFolder()
  const { code, stderr } = await sluice([command], { home: folder.path, env: { SLUICE_DATABASE_URL: 'postgresql://x@127.0.0.1:1/none' } })
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('127.0.0.1:1/none cannot be used') })
  expect(stderr).toContain('Check SLUICE_DATABASE_URL')
})

test('apply of a file with an error puts none of the files in force', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  const bad = join(folder.path, 'bad.yaml')
  writeFileSync(bad, 'sluice: 1\nname: bad\nactivities:\n  a: { type: NoSuchActivity }\n')
  const { code, stderr } = await sluice(['apply', bad], { home: folder.path, env: { SLUICE_DATABASE_URL: database.url } })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/bad\.yaml:4:\d+: error/) })
  expect(await query(database.connection, `select to_regclass('sluice.pipelines') as made`)).toEqual([{ made: null }])
})

test('migrate says what it did, and the second time that there is nothing to do; apply says what it changed, and that no worker is live', async () => {
  using folder = temporaryFolder()
  await using database = await testDatabase()
  const options = { home: folder.path, env: { SLUICE_DATABASE_URL: database.url } }
  const first = await sluice(['migrate', '--json'], options)
  expect(jsonLines(first.stdout)[0]).toMatchObject({ event: 'migrated', migrations: expect.arrayContaining(['0001-tables', 'functions']) })
  expect((await sluice(['migrate'], options)).stdout).toBe('The database is up to date.\n')

  for (const change of ['activated', 'unchanged']) {
    const { code, stdout, stderr } = await sluice(['apply', '--json', pipeline('hello')], options)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('No worker is live') })
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ event: 'applied', change })])
  }
})
