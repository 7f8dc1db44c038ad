import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { awsSettings } from '../../engine/clients/aws-settings.ts'
import { createFolderStore } from '../../engine/clients/object-store/folder-store.ts'
import { createS3Store } from '../../engine/clients/object-store/s3-store.ts'
import type { ObjectStore } from '../../engine/clients/object-store.ts'
import { LostLease } from '../../engine/errors.ts'
import type { CopySource, DataFormatHandle, FormatDialect, RowSource } from '../../engine/spec/index.ts'
import { bindS3 } from '../../datanodes/s3/bind.ts'
import type { S3Fields } from '../../datanodes/s3/s3-fields.ts'
import { chunksOf, collect, keysOf } from '../conformance/object-store.ts'
import { startAws } from '../support/fauxqs.ts'
import { objectContext, type TestContextOptions } from '../support/object-context.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Fields = Partial<S3Fields>

function node(folder: string, fields: Fields, options: TestContextOptions = {}) {
  const context = objectContext(folder, options)
  const methods = bindS3({ compression: 'none', s3EncryptionType: 'SERVER_SIDE_ENCRYPTION', ...fields }, context)
  return { ...methods, context, objects: context.clients.objects }
}

function format(dialect: Partial<FormatDialect>): DataFormatHandle {
  const whole = { encoding: 'csv', columnSeparator: ',', recordSeparator: '\n', header: false, columns: [], ...dialect } as const
  return { id: 'format', type: whole.encoding.toUpperCase(), fields: {}, dialect: () => whole }
}

const withHeader = format({ header: true })
const tsv = format({ encoding: 'tsv', columnSeparator: '\t' })

async function put(objects: ObjectStore, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [uri, body] of Object.entries(files)) await objects.write(uri, chunksOf(body))
}

async function textOf(objects: ObjectStore, uri: string): Promise<string> {
  return (await collect(objects.read(uri))).toString()
}

async function readAll(source: CopySource | undefined): Promise<string> {
  return (await collect(source!.bytes[0]!.open(new AbortController().signal))).toString()
}

function rows(...values: (string | null)[][]): CopySource {
  const columns = (values[0] ?? []).map((_, index) => ({ name: `c${index + 1}`, type: 'text', nullable: true }))
  const source: RowSource = {
    columns,
    rowCount: values.length,
    async *open() {
      yield values
    },
  }
  return { bytes: [], rows: source, label: 'rows' }
}

/** What every file of a directory but the records of runs says, by name. */
async function contentsOf(objects: ObjectStore, directory: string): Promise<Record<string, string>> {
  const uris = (await keysOf(objects.list(directory))).filter((uri) => !uri.includes('/_sluice/'))
  return Object.fromEntries(await Promise.all(uris.map(async (uri) => [uri.slice(directory.length), await textOf(objects, uri)])))
}

describe('exists', () => {
  test('a file, a directory with something in it and a manifest exist; what is not there does not', async () => {
    using folder = temporaryFolder()
    const { objects } = node(folder.path, {})
    await put(objects, { 's3://bucket/f.csv': 'x', 's3://bucket/dir/x': 'x', 's3://bucket/m': '{"entries":[]}', 's3://bucket/marker/': '' })
    const exists = (fields: Fields) => node(folder.path, fields).exists!()
    expect(await exists({ filePath: 's3://bucket/f.csv' })).toBe(true)
    expect(await exists({ filePath: 's3://bucket/g.csv' })).toBe(false)
    expect(await exists({ directoryPath: 's3://bucket/dir' })).toBe(true)
    expect(await exists({ directoryPath: 's3://bucket/dir/' })).toBe(true)
    expect(await exists({ directoryPath: 's3://bucket/di' })).toBe(false)
    expect(await exists({ directoryPath: 's3://bucket/marker' })).toBe(false)
    expect(await exists({ manifestFilePath: 's3://bucket/m' })).toBe(true)
  })
})

describe('read', () => {
  test('a file is its bytes, as CSV when no format is named', async () => {
    using folder = temporaryFolder()
    const { objects, read } = node(folder.path, { filePath: 's3://bucket/f.csv' })
    await put(objects, { 's3://bucket/f.csv': 'a,b\nc,d' })
    const source = await read!()
    expect(source).toMatchObject({
      label: 's3://bucket/f.csv',
      bytes: [{ size: 7, encoding: { name: 'delimited', columnSeparator: ',', header: false } }],
    })
    expect(await readAll(source)).toBe('a,b\nc,d')
  })

  test('a format names the columns, under the names of PostgreSQL', async () => {
    using folder = temporaryFolder()
    const dataFormat = format({
      columns: [
        { name: 'id', type: 'INT' },
        { name: 'note', type: 'STRING' },
      ],
    })
    const { objects, read } = node(folder.path, { filePath: 's3://bucket/f.csv', dataFormat })
    await put(objects, { 's3://bucket/f.csv': '1,x\n' })
    expect((await read!()).bytes[0]!.columns).toMatchObject([
      { name: 'id', type: 'integer' },
      { name: 'note', type: 'text' },
    ])
  })

  test('a directory is its files in key order, a record never glued to the one before', async () => {
    using folder = temporaryFolder()
    const { objects, read } = node(folder.path, { directoryPath: 's3://bucket/d' })
    await put(objects, {
      's3://bucket/d/2': '3\n4\n',
      's3://bucket/d/1': '1\n2',
      's3://bucket/d/3': '',
      's3://bucket/d/4': '5',
      's3://bucket/d/_sluice/x.json': 'no',
    })
    expect(await readAll(await read!())).toBe('1\n2\n3\n4\n5')
  })

  test('of the headers of a directory the first is kept, and a file with other columns is refused', async () => {
    using folder = temporaryFolder()
    const { objects, read } = node(folder.path, { directoryPath: 's3://bucket/d', dataFormat: withHeader })
    await put(objects, {
      's3://bucket/d/1': 'id,"the ""long""\nname"\n1,x',
      's3://bucket/d/2': '',
      's3://bucket/d/3': '\ufeffid,"the ""long""\nname"\n2,"y\nz"\n',
      's3://bucket/d/4': 'id,"the ""long""\nname"',
    })
    expect(await readAll(await read!())).toBe('id,"the ""long""\nname"\n1,x\n2,"y\nz"\n')
    await put(objects, { 's3://bucket/d/5': 'id,other\n3,z\n' })
    await expect(readAll(await read!())).rejects.toThrow(/The header of s3:\/\/bucket\/d\/5 is id,other/)
  })

  test('gzip is taken off, of several members too, and a file that is cut off rejects', async () => {
    using folder = temporaryFolder()
    const { objects, read } = node(folder.path, { filePath: 's3://bucket/f.gz', compression: 'gzip' })
    const zipped = Buffer.concat([gzipSync('1\n'), gzipSync('2\n')])
    await put(objects, { 's3://bucket/f.gz': zipped })
    expect(await readAll(await read!())).toBe('1\n2\n')
    await put(objects, { 's3://bucket/f.gz': zipped.subarray(0, -5) })
    await expect(readAll(await read!())).rejects.toThrow(/unexpected end/)
  })

  test('a manifest names the files, in its order; a mandatory one that is missing rejects', async () => {
    using folder = temporaryFolder()
    const { objects, read } = node(folder.path, { manifestFilePath: 's3://bucket/m' })
    const entries = [{ url: 's3://bucket/2' }, { url: 's3://bucket/none' }, { url: 's3://bucket/1', mandatory: true }]
    await put(objects, { 's3://bucket/1': '1\n', 's3://bucket/2': '2\n', 's3://bucket/m': JSON.stringify({ entries }) })
    expect(await readAll(await read!())).toBe('2\n1\n')
    await objects.delete('s3://bucket/1')
    await expect(read!()).rejects.toThrow(/s3:\/\/bucket\/1, which s3:\/\/bucket\/m calls mandatory, is not there/)
    await put(objects, { 's3://bucket/m': 'nonsense' })
    await expect(read!()).rejects.toThrow(/is not a manifest/)
  })

  test('a file that is not there rejects by its name', async () => {
    using folder = temporaryFolder()
    await expect(node(folder.path, { filePath: 's3://bucket/none' }).read!()).rejects.toThrow('s3://bucket/none is not there.')
  })
})

describe('write', () => {
  test('rows become records of the format, counted', async () => {
    using folder = temporaryFolder()
    const { objects, write, context } = node(folder.path, { filePath: 's3://bucket/out.csv', dataFormat: withHeader })
    expect(await write!(rows(['1', 'a,b'], ['2', null]))).toEqual({
      way: 'typed batches',
      rows: 2,
      bytes: 17,
      place: 's3://bucket/out.csv',
    })
    expect(await textOf(objects, 's3://bucket/out.csv')).toBe('c1,c2\n1,"a,b"\n2,\n')
    expect(context.reports).toContainEqual({ rows: 2, rowsTotal: 2 })
  })

  test('bytes of the same layout pass unparsed, compressed when the node says so', async () => {
    using folder = temporaryFolder()
    const { objects, write } = node(folder.path, { filePath: 's3://bucket/out.gz', compression: 'gzip' })
    await put(objects, { 'file:in.csv': 'not, "parsed\n' })
    const source = await node(folder.path, { filePath: 'file:in.csv' }).read!()
    expect(await write!(source)).toMatchObject({ way: 'csv passthrough', place: 's3://bucket/out.gz' })
    expect(gunzipSync(await collect(objects.read('s3://bucket/out.gz'))).toString()).toBe('not, "parsed\n')
  })

  test('records of another layout are read and written anew', async () => {
    using folder = temporaryFolder()
    const { objects, write } = node(folder.path, { filePath: 's3://bucket/out.tsv', dataFormat: tsv })
    await put(objects, { 's3://bucket/in.csv': 'id,name\n1,"a\tb"\n2,c\n' })
    const source = await node(folder.path, { filePath: 's3://bucket/in.csv', dataFormat: withHeader }).read!()
    expect(await write!(source)).toMatchObject({ way: 'typed batches', rows: 2 })
    expect(await textOf(objects, 's3://bucket/out.tsv')).toBe('1\t"a\tb"\n2\tc\n')
  })

  test('a file of the same layout is copied by the store, and so is a directory, name by name', async () => {
    using folder = temporaryFolder()
    const { objects } = node(folder.path, {})
    await put(objects, { 's3://bucket/in/1.csv': '1\n', 's3://bucket/in/deep/2.csv': '2\n' })
    const file = await node(folder.path, { filePath: 's3://bucket/in/1.csv' }).read!()
    expect(await node(folder.path, { filePath: 's3://bucket/one.csv' }).write!(file)).toEqual({
      way: 'server-side copy',
      bytes: 2,
      place: 's3://bucket/one.csv',
    })
    const directory = await node(folder.path, { directoryPath: 's3://bucket/in' }).read!()
    expect(await node(folder.path, { directoryPath: 's3://bucket/all/' }).write!(directory)).toMatchObject({
      way: 'server-side copy',
      bytes: 4,
    })
    expect(await contentsOf(objects, 's3://bucket/all/')).toEqual({ '1.csv': '1\n', 'deep/2.csv': '2\n' })
    const merged = await node(folder.path, { directoryPath: 's3://bucket/in' }).read!()
    expect(await node(folder.path, { filePath: 's3://bucket/merged.csv' }).write!(merged)).toMatchObject({ way: 'csv passthrough' })
    expect(await textOf(objects, 's3://bucket/merged.csv')).toBe('1\n2\n')
  })

  test('rows for a directory are one file of the run, the same for every try and rerun', async () => {
    using folder = temporaryFolder()
    const { objects } = node(folder.path, {})
    const write = (instance: TestContextOptions['instance'], value: string) =>
      node(folder.path, { directoryPath: 's3://bucket/out' }, { instance }).write!(rows([value]))
    await write({ attemptKey: 'a_1', publishKey: 'p_1' }, 'first')
    await write({ attemptKey: 'a_2', publishKey: 'p_2' }, 'again')
    await write({ scheduledStartTime: new Date('2026-01-02T02:00:00Z') }, 'next day')
    expect(await contentsOf(objects, 's3://bucket/out/')).toEqual({
      'export-20260101T020000.csv': 'again\n',
      'export-20260102T020000.csv': 'next day\n',
    })
  })

  test('an attempt that lost its lease publishes nothing', async () => {
    using folder = temporaryFolder()
    const checkFence = async () => Promise.reject(new LostLease('another attempt has taken over'))
    for (const fields of [{ filePath: 's3://bucket/out.csv' }, { directoryPath: 's3://bucket/out' }]) {
      const { objects, write } = node(folder.path, fields, { checkFence })
      await expect(write!(rows(['1']))).rejects.toThrow(LostLease)
      expect(await keysOf(objects.list('s3://bucket/'))).toEqual([])
    }
  })

  test('a source that fails leaves the file as it was', async () => {
    using folder = temporaryFolder()
    const { objects, write } = node(folder.path, { filePath: 's3://bucket/out.csv', compression: 'gzip' })
    await put(objects, { 's3://bucket/out.csv': 'old' })
    const source = rows(['1'])
    const failing = {
      ...source.rows!,
      async *open() {
        yield [['1']]
        throw new Error('the source broke')
      },
    }
    await expect(write!({ ...source, rows: failing })).rejects.toThrow('the source broke')
    expect(await textOf(objects, 's3://bucket/out.csv')).toBe('old')
  })
})

describe.each(['the folder', 'S3'])('staging, on %s', (kind) => {
  async function setUp() {
    const folder = temporaryFolder()
    if (kind === 'the folder')
      return { folder, s3: createFolderStore(join(folder.path, 's3')), close: async () => folder[Symbol.dispose]() }
    const aws = await startAws()
    aws.server.createBucket('bucket')
    const s3 = createS3Store(awsSettings(aws.env, 'S3')!)
    const close = async () => {
      await s3.close()
      await aws[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    }
    return { folder, s3, close }
  }

  async function withSetUp(work: (folder: string, s3: ObjectStore, local: string) => Promise<void>): Promise<void> {
    const { folder, s3, close } = await setUp()
    try {
      const local = join(folder.path, 'staging')
      await mkdir(local)
      await work(folder.path, s3, local)
    } finally {
      await close()
    }
  }

  test('a directory is downloaded as a tree, and a file alone', () =>
    withSetUp(async (folder, s3, local) => {
      await put(s3, { 's3://bucket/d/1': 'one', 's3://bucket/d/deep//2': 'two', 's3://bucket/f.csv': 'file' })
      await node(folder, { directoryPath: 's3://bucket/d/' }, { s3 }).stage!(local)
      await node(folder, { filePath: 's3://bucket/f.csv' }, { s3 }).stage!(local)
      expect((await readdir(local, { recursive: true })).toSorted()).toEqual(['1', 'deep', 'deep/2', 'f.csv'])
      expect(await readFile(join(local, 'deep/2'), 'utf8')).toBe('two')
    }))

  test('a directory is published whole, and a second try replaces what the first one made, and only that', () =>
    withSetUp(async (folder, s3, local) => {
      await put(s3, { 's3://bucket/out/not-ours': 'x' })
      const publish = (options: TestContextOptions = {}) =>
        node(folder, { directoryPath: 's3://bucket/out' }, { s3, ...options }).publish!(local)
      await writeFile(join(local, 'a'), 'a1')
      await writeFile(join(local, 'b'), 'b1')
      await publish()
      await mkdir(join(local, 'deep'))
      await writeFile(join(local, 'deep/c'), 'c2')
      await writeFile(join(local, 'a'), 'a2')
      execFileSync('rm', [join(local, 'b')])
      await publish({ instance: { attemptKey: 'a_2' } })
      expect(await contentsOf(s3, 's3://bucket/out/')).toEqual({ a: 'a2', 'deep/c': 'c2', 'not-ours': 'x' })
      const record = await textOf(s3, 's3://bucket/out/_sluice/export-20260101T020000.json')
      expect(JSON.parse(record)).toEqual({ state: 'published', files: ['a', 'deep/c'] })
    }))

  test('what a try left that was cut off midway is removed by the next', () =>
    withSetUp(async (folder, s3, local) => {
      for (const name of ['a', 'b', 'c']) await writeFile(join(local, name), name)
      let checks = 0
      const checkFence = async () => {
        if (++checks === 3) throw new LostLease('cut off')
      }
      const first = node(folder, { directoryPath: 's3://bucket/out' }, { s3, checkFence })
      await expect(first.publish!(local)).rejects.toThrow(LostLease)
      expect(Object.keys(await contentsOf(s3, 's3://bucket/out/')).length).toBeGreaterThan(0)
      for (const name of ['a', 'b', 'c']) execFileSync('rm', [join(local, name)])
      await writeFile(join(local, 'd'), 'd')
      await node(folder, { directoryPath: 's3://bucket/out' }, { s3 }).publish!(local)
      expect(await contentsOf(s3, 's3://bucket/out/')).toEqual({ d: 'd' })
    }))

  test('a link in the output is refused before anything is uploaded', () =>
    withSetUp(async (folder, s3, local) => {
      await writeFile(join(local, 'a'), 'a')
      await symlink('/etc/passwd', join(local, 'z'))
      const { publish } = node(folder, { directoryPath: 's3://bucket/out' }, { s3 })
      await expect(publish!(local)).rejects.toMatchObject({ errorId: 'LinkInOutput' })
      expect(await keysOf(s3.list('s3://bucket/'))).toEqual([])
    }))
})

test.each(['s3://bucket/d/../../escaped', 's3://bucket/d/./x', 's3://bucket/d/a\0b'])('the key %j is not staged', async (uri) => {
  using folder = temporaryFolder()
  const local = join(folder.path, 'a/b/staging')
  await mkdir(local, { recursive: true })
  const listing: ObjectStore = {
    ...createFolderStore(folder.path),
    async *list() {
      yield { uri, size: 1 }
    },
  }
  const { stage } = node(folder.path, { directoryPath: 's3://bucket/d' }, { s3: listing })
  await expect(stage!(local)).rejects.toMatchObject({ errorId: 'UnsafeKey' })
  expect(await readdir(join(folder.path, 'a'), { recursive: true })).toEqual(['b', 'b/staging'])
})

test('a link in the staging directory is not written through', async () => {
  using folder = temporaryFolder()
  const local = join(folder.path, 'staging')
  await mkdir(local)
  await writeFile(join(folder.path, 'victim'), 'old')
  await symlink(join(folder.path, 'victim'), join(local, 'x'))
  const { objects, stage } = node(folder.path, { filePath: 's3://bucket/x' })
  await put(objects, { 's3://bucket/x': 'new' })
  await expect(stage!(local)).rejects.toMatchObject({ errorId: 'KeysCollide' })
  expect(await readFile(join(folder.path, 'victim'), 'utf8')).toBe('old')
})

test('a file is no place to publish a directory to, and a manifest is only read', () => {
  expect(node('/nowhere', { filePath: 's3://bucket/x' })).not.toHaveProperty('publish')
  expect(node('/nowhere', { manifestFilePath: 's3://bucket/x' })).not.toHaveProperty('write')
})
