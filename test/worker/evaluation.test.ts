import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defineActivity, defineDatabase, defineDataFormat, defineDataNode, fields } from '../../engine/spec/index.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { definitionOf, startHarness, taskOf } from '../support/worker-harness.ts'

const Database = defineDatabase({
  type: 'Db',
  summary: 'Is somewhere.',
  source: 'none',
  fields: { host: fields.string('Where.'), '*password': fields.string('Secret.') },
  example: '{ id: d, type: Db }',
  connection: ({ host, '*password': password }) => ({ dialect: 'postgresql', host, password, options: {} }),
})

const Format = defineDataFormat({
  type: 'Fmt',
  summary: 'Has a shape.',
  source: 'none',
  fields: { separator: fields.string('Between columns.').default(',') },
  example: '{ id: f, type: Fmt }',
  dialect: ({ separator }) => ({ encoding: 'csv', columnSeparator: separator, recordSeparator: '\n', header: false, columns: [] }),
})

const Folder = defineDataNode({
  type: 'Folder',
  summary: 'Is a folder.',
  source: 'none',
  fields: {
    path: fields.string('Where.'),
    database: fields.database('Its database.').optional(),
    format: fields.dataFormat('Its format.').optional(),
    readOnly: fields.boolean('No publishing.').default('false'),
  },
  example: '{ id: n, type: Folder, path: p }',
  bind({ path, readOnly }) {
    const copy = async (from: string, to: string): Promise<void> => {
      await mkdir(to, { recursive: true })
      for (const name of await readdir(from)) await writeFile(join(to, name), await readFile(join(from, name)))
    }
    return { stage: (directory) => copy(path, directory), publish: readOnly ? undefined : (directory) => copy(directory, path) }
  },
})

type Run = NonNullable<Parameters<typeof defineActivity<typeof workFields>>[0]['run']>
const workFields = {
  text: fields.string('Anything.').optional(),
  count: fields.integer('A number.').default('7'),
  words: fields.strings('Several.').default([]),
  input: fields.dataNodes('Inputs.').default([]),
  output: fields.dataNodes('Outputs.').default([]),
}

function work(run: Run) {
  return defineActivity({ type: 'Work', summary: 'Works.', source: 'none', fields: workFields, example: '{ id: W, type: Work }', run })
}

async function receivedBy(
  objects: Parameters<typeof definitionOf>[0],
  more: Parameters<typeof definitionOf>[1] = {},
  options: Parameters<typeof startHarness>[2] = {},
) {
  const received = Promise.withResolvers<Parameters<Run>[0]>()
  const type = work(async (given) => received.resolve(given))
  await using harness = startHarness([type, Folder, Database, Format], definitionOf(objects, more), options)
  const outcome = await harness.run(taskOf('W'))
  if (outcome.status !== 'FINISHED') throw new Error(JSON.stringify(outcome))
  return received.promise
}

test('fields arrive parsed, with the defaults of the declaration', async () => {
  const given = await receivedBy({ W: { type: 'Work', count: '3', retryDelay: '1 hour', words: ['a', 'b'] } })
  expect(given).toMatchObject({ id: 'W', name: 'W', type: 'Work', count: 3, words: ['a', 'b'], retryDelay: { count: 1, unit: 'hour' } })
  expect(await receivedBy({ W: { type: 'Work' } })).toMatchObject({ count: 7, words: [], text: undefined, maximumRetries: 2 })
})

test('expressions see parameters, the interval, and what the attempt knows of itself', async () => {
  const text = '#{myTable} #{@scheduledStartTime} #{@actualStartTime} #{id} #{parent.@id} #{@pipelineId}'
  const given = await receivedBy({ W: { type: 'Work', text } }, { parameters: { myTable: ['orders'] } })
  expect(given.text).toBe('orders 2026-01-01T00:00:00 2026-01-02T00:00:01 @W_2026-01-01T00:00:00 W df-TEST')
})

test('a field that is only an optional parameter without a value is left out, so its default counts', async () => {
  expect((await receivedBy({ W: { type: 'Work', count: '#{myCount}' } })).count).toBe(7)
})

test('several values for a field that takes one fail the attempt, and none is dropped', async () => {
  const objects = {
    W: { type: 'Work', text: '#{input.path}', input: [{ ref: 'In' }, { ref: 'More' }] },
    In: { type: 'Folder', path: '/in' },
    More: { type: 'Folder', path: '/more' },
  }
  await expect(receivedBy(objects)).rejects.toThrow('W.text has 2 values, but takes one')
})

test('references are handles, evaluated in their own run: a database connects, a format tells its dialect, a data node has its methods', async () => {
  const { input, text } = await receivedBy(
    {
      W: { type: 'Work', text: '#{input.path}', input: { ref: 'In' } },
      In: { type: 'Folder', path: '/in/#{id}', readOnly: 'true', database: { ref: 'Shop' }, format: { ref: 'Csv' } },
      Shop: { type: 'Db', host: '#{myHost}', '*password': 'hidden' },
      Csv: { type: 'Fmt', separator: ';' },
    },
    { parameters: { myHost: ['db.example'] } },
  )
  const [node] = input
  expect(text).toBe('/in/@In_2026-01-01T00:00:00')
  expect(node).toMatchObject({ id: 'In', type: 'Folder', fields: { path: text, readOnly: true } })
  expect(node?.stage).toBeTypeOf('function')
  expect([node?.publish, node?.read, node?.exists]).toEqual([undefined, undefined, undefined])
  const { database, format } = (node?.fields ?? {}) as unknown as { database: { connection(): unknown }; format: { dialect(): unknown } }
  expect(await database.connection()).toMatchObject({ host: 'db.example', password: 'hidden' })
  expect(format.dialect()).toMatchObject({ columnSeparator: ';' })
})

test('objects may refer to each other in circles, and what is not looked at is not evaluated', async () => {
  const given = await receivedBy({
    W: { type: 'Work', input: { ref: 'In' }, dependsOn: { ref: 'Other' } },
    Other: { type: 'Work', dependsOn: { ref: 'W' }, text: '#{broken' },
    In: { type: 'Folder', path: '#{nothing}', dependsOn: { ref: 'Other' } },
  })
  const [other] = given.dependsOn
  expect(other?.id).toBe('Other')
  expect(() => other?.fields).toThrow(/Other.*closing/)
  expect(() => given.input[0]?.stage).toThrow(/nothing/)
})

test('a reference to an object of another schedule leads to the runs that intervalsFor names, oldest first', async () => {
  const hour = (n: number) => ({ start: new Date(Date.UTC(2026, 0, 1, n)), end: new Date(Date.UTC(2026, 0, 1, n + 1)) })
  const intervalsFor = () => (from: string, to: string, interval: { start: Date; end: Date }) =>
    from === 'W' && to === 'Hourly' ? [hour(0), hour(1)] : [interval]
  const given = await receivedBy(
    {
      W: { type: 'Work', input: { ref: 'Hourly' }, words: '#{input.path}' },
      Hourly: { type: 'Folder', path: "/#{format(@scheduledStartTime,'HH')}" },
    },
    {},
    { intervalsFor },
  )
  expect(given.words).toEqual(['/00', '/01'])
  expect(given.input.map(({ fields: { path } }) => path)).toEqual(['/00', '/01'])
})

test('which runs those are is reckoned from the first activation of the pipeline, where schedules begin that begin then', async () => {
  const asked: string[] = []
  const given = await receivedBy(
    { W: { type: 'Work', input: { ref: 'Other' }, words: '#{input.path}' }, Other: { type: 'Folder', path: '/#{@scheduledStartTime}' } },
    {},
    {
      firstActivation: async (pipelineId) => (asked.push(pipelineId), new Date('2026-01-01T05:00:07Z')),
      intervalsFor: (_definition, begin) => (_from, to, interval) =>
        to === 'Other' && begin ? [{ start: begin, end: begin }] : [interval],
    },
  )
  expect(given.words).toEqual(['/2026-01-01T05:00:07'])
  expect(asked).toHaveLength(1)
})

test('staging gives each node that can be staged a directory under its number, and publishes what is left in the outputs', async () => {
  using folder = temporaryFolder()
  await mkdir(join(folder.path, 'in'))
  await writeFile(join(folder.path, 'in', 'a.txt'), 'hello')
  const seen: Record<string, string>[] = []
  const type = work(async (_given, { staging }) => {
    expect(staging.env()).toEqual({})
    await staging.open()
    seen.push(staging.env())
    const { INPUT2_STAGING_DIR: from = '', OUTPUT1_STAGING_DIR: to = '' } = staging.env()
    await writeFile(join(to, 'b.txt'), (await readFile(join(from, 'a.txt'), 'utf8')).toUpperCase())
    await staging.publish()
  })
  const Plain = defineDataNode({
    type: 'Plain',
    summary: 'Cannot be staged.',
    source: 'none',
    fields: {},
    example: '{ id: p, type: Plain }',
    bind: () => ({}),
  })
  const definition = definitionOf({
    W: { type: 'Work', input: [{ ref: 'P' }, { ref: 'In' }], output: [{ ref: 'Out' }, { ref: 'Fixed' }] },
    P: { type: 'Plain' },
    In: { type: 'Folder', path: join(folder.path, 'in') },
    Out: { type: 'Folder', path: join(folder.path, 'out') },
    Fixed: { type: 'Folder', path: join(folder.path, 'fixed'), readOnly: 'true' },
  })
  await using harness = startHarness([type, Folder, Plain], definition)
  expect(await harness.run(taskOf('W'))).toEqual({ status: 'FINISHED' })
  expect(Object.keys(seen[0] ?? {}).toSorted()).toEqual(['INPUT2_STAGING_DIR', 'OUTPUT1_STAGING_DIR'])
  expect(await readFile(join(folder.path, 'out', 'b.txt'), 'utf8')).toBe('HELLO')
  expect(await readdir(join(harness.home, 'work'))).toEqual([])
})

test('an activity that touches nothing leaves no file and no directory', async () => {
  await using harness = startHarness([work(async () => {})], definitionOf({ W: { type: 'Work' } }))
  expect(await harness.run(taskOf('W'))).toEqual({ status: 'FINISHED' })
  expect(await readdir(harness.home)).toEqual([])
})
