import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { jsonLines, sluice } from '../support/cli.ts'
import { homeRows } from '../support/home.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
const home = folder.path
afterAll(() => folder[Symbol.dispose]())

/** Runs a template with these parameters; it must finish. */
async function run(template: string, values: Readonly<Record<string, string>>): Promise<void> {
  const params = Object.entries(values).flatMap(([id, value]) => ['--param', `${id}=${value}`])
  const { stdout, stderr } = await sluice(['run', '--json', `pipelines/templates/${template}.yaml`, ...params], { home })
  expect({ stderr, summary: jsonLines(stdout).at(-1) }).toMatchObject({ summary: { event: 'summary', status: 'FINISHED' } })
}

const columns = '(id integer primary key, name text, changed_at timestamp)'
const upsert = 'insert into #{table} values (?, ?, ?) on conflict (id) do update set name = excluded.name'
const shop = { myJdbcConnectStr: 'embedded:shop', myTableName: 'items' }
const fromShop = { mySourceJdbcConnectStr: 'embedded:shop', mySourceTableName: 'items' }
const toLake = { myDestinationJdbcConnectStr: 'embedded:lake', myDestinationTableName: 'copies' }
const lake = { myJdbcConnectStr: 'embedded:lake', myTableName: 'copies' }

/** Begins with this run: what the interval that begins with a later run holds. */
const soon = new Date(Date.now() + 7_200_000).toISOString().slice(0, 19).replace('T', ' ')

const inLake = () => homeRows(home, 'lake', 'select id, name from copies order by id')

describe('the templates that need no cloud do what they say, one after the other', () => {
  test('a file is loaded, and loaded again with other names it updates the rows', async () => {
    const file = join(home, 'items.csv')
    const load = async (text: string): Promise<void> => {
      writeFileSync(file, text)
      const create = `create table #{table} ${columns}`
      await run('load-s3-data-into-sql-table', {
        ...shop,
        myInputS3Loc: `file:${file}`,
        myCreateTableSql: create,
        myTableInsertSql: upsert,
      })
    }
    await load(`1,one,2001-01-01 00:00:00\n2,two,${soon}\n`)
    await load(`2,second,${soon}\n`)
    expect(await homeRows(home, 'shop', 'select id, name from items order by id')).toEqual([
      { id: 1, name: 'one' },
      { id: 2, name: 'second' },
    ])
  })

  test('a table is copied whole: what else was in the other one is gone', async () => {
    const copy = { ...fromShop, ...toLake, myDestinationCreateTableSql: `create table #{table} ${columns}` }
    await run('full-copy-of-sql-table-to-sql-table', copy)
    await homeRows(home, 'lake', "insert into copies values (9, 'nine')")
    await run('full-copy-of-sql-table-to-sql-table', copy)
    expect(await inLake()).toEqual([
      { id: 1, name: 'one' },
      { id: 2, name: 'second' },
    ])
  })

  test('an incremental copy takes what changed within its interval, and only that', async () => {
    await homeRows(home, 'shop', "update items set name = name || ' again'")
    const incremental = { ...fromShop, ...toLake, myLastModifiedCol: 'changed_at', myDestinationInsertSql: upsert }
    await run('incremental-copy-of-sql-table-to-sql-table', incremental)
    expect(await inLake()).toEqual([
      { id: 1, name: 'one' },
      { id: 2, name: 'second again' },
    ])
  })

  test('a table goes to S3 as CSV, whole or what changed within the interval', async () => {
    await run('full-copy-of-sql-table-to-s3', { ...lake, myOutputS3Loc: 's3://full' })
    await run('incremental-copy-of-sql-table-to-s3', { ...lake, myOutputS3Loc: 's3://part', myLastModifiedCol: 'changed_at' })
    expect(written('full')).toBe(`1,one,2001-01-01 00:00:00\n2,second again,${soon}\n`)
    expect(written('part')).toBe(`2,second again,${soon}\n`)
  })
})

/** The one CSV file in the bucket. */
function written(bucket: string): string {
  const files = readdirSync(join(home, 's3', bucket), { recursive: true, encoding: 'utf8' })
  const found = files.filter((file) => file.endsWith('.csv'))
  expect(found).toHaveLength(1)
  return readFileSync(join(home, 's3', bucket, found[0] ?? ''), 'utf8')
}
