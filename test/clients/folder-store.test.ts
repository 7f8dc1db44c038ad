import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFolderStore } from '../../engine/clients/object-store/folder-store.ts'
import { chunksOf, collect, keysOf, objectStoreSuite } from '../conformance/object-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

objectStoreSuite('a folder as S3', async () => {
  const home = temporaryFolder()
  const folder = join(home.path, 's3')
  return {
    store: createFolderStore(folder),
    uri: (key) => `s3://bucket/${key}`,
    leftovers: () => readdir(join(folder, '.aside')),
    close: async () => home[Symbol.dispose](),
  }
})

test('an object is the file bucket/key, and a file put there by hand is an object', async () => {
  using home = temporaryFolder()
  const store = createFolderStore(home.path)
  await store.write('s3://demo/orders/1.csv', chunksOf('1'))
  expect(await readFile(join(home.path, 'demo/orders/1.csv'), 'utf8')).toBe('1')
  await writeFile(join(home.path, 'demo/orders/2.csv'), '2')
  expect(await keysOf(store.list('s3://demo/'))).toEqual(['s3://demo/orders/1.csv', 's3://demo/orders/2.csv'])
  expect(await keysOf(store.list('s3://demo'))).toHaveLength(2)
})

test('the order of a list is that of the bytes, as on S3', async () => {
  using home = temporaryFolder()
  const store = createFolderStore(home.path)
  const keys = ['Z', 'a-', 'a.txt', 'a/1', 'a/ä/1', 'a0', 'ä', '\uffee', '😀']
  for (const key of keys.toReversed()) await store.write(`s3://demo/${key}`, chunksOf(key))
  expect(await keysOf(store.list('s3://demo/'))).toEqual(keys.map((key) => `s3://demo/${key}`))
})

test('keys with empty parts, which no file name can be, are objects of their own', async () => {
  using home = temporaryFolder()
  const store = createFolderStore(home.path)
  const keys = ['/rooted', 'a/', 'a//', 'a//b', 'a/%00', 'a/%2F/b', 'a/b', 'a/b c', 'a/b\\..\\c'].map((key) => `s3://demo/${key}`)
  for (const key of keys) await store.write(key, chunksOf(key))
  expect(await keysOf(store.list('s3://demo/'))).toEqual(keys.toSorted())
  expect(await keysOf(store.list('s3://demo/a//'))).toEqual(['s3://demo/a//', 's3://demo/a//b'])
  for (const key of keys) expect((await collect(store.read(key))).toString()).toBe(key)
})

test.each([
  's3://demo/../../escaped',
  's3://demo/a/../../../escaped',
  's3://demo/..',
  's3://demo/.',
  's3://demo/a\0b',
  's3://../escaped',
  's3://.aside/x',
  's3:///escaped',
  's3://demo',
  's3://demo/',
  'https://demo/x',
])('%j is refused, and nothing is written', async (uri) => {
  using home = temporaryFolder()
  const store = createFolderStore(join(home.path, 'home/s3'))
  await expect(store.write(uri, chunksOf('x'))).rejects.toMatchObject({ code: 'Invalid' })
  await expect(store.head(uri)).rejects.toMatchObject({ code: 'Invalid' })
  await expect(collect(store.read(uri))).rejects.toMatchObject({ code: 'Invalid' })
  await expect(store.delete(uri)).rejects.toMatchObject({ code: 'Invalid' })
  expect(await readdir(home.path)).toEqual([])
})

test('a percent-encoded dot is a name like any other', async () => {
  using home = temporaryFolder()
  const store = createFolderStore(join(home.path, 's3'))
  await store.write('s3://demo/%2e%2e/x', chunksOf('x'))
  expect(await readdir(join(home.path, 's3/demo'))).toEqual(['%2e%2e'])
})

test('no link leads out of the folder: not as a directory, not as a file, not in a list', async () => {
  using home = temporaryFolder()
  const folder = join(home.path, 's3')
  const outside = join(home.path, 'outside')
  await mkdir(join(folder, 'demo'), { recursive: true })
  await mkdir(outside)
  await writeFile(join(outside, 'secret'), 'secret')
  await symlink(outside, join(folder, 'demo/link'))
  await symlink(join(outside, 'secret'), join(folder, 'demo/file'))
  const store = createFolderStore(folder)
  for (const uri of ['s3://demo/link/secret', 's3://demo/file']) {
    await expect(collect(store.read(uri))).rejects.toMatchObject({ code: 'Invalid' })
    await expect(store.head(uri)).rejects.toMatchObject({ code: 'Invalid' })
  }
  await expect(store.write('s3://demo/link/new', chunksOf('x'))).rejects.toMatchObject({ code: 'Invalid' })
  await expect(keysOf(store.list('s3://demo/link/'))).rejects.toMatchObject({ code: 'Invalid' })
  await store.write('s3://demo/file', chunksOf('mine'))
  expect(await keysOf(store.list('s3://demo/'))).toEqual(['s3://demo/file'])
  expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
  expect(await readdir(outside)).toEqual(['secret'])
})

test('a key that would be both a file and a directory is refused in words', async () => {
  using home = temporaryFolder()
  const store = createFolderStore(home.path)
  await store.write('s3://demo/a', chunksOf('x'))
  await expect(store.write('s3://demo/a/b', chunksOf('x'))).rejects.toThrow(/another object uses its name/)
  await store.write('s3://demo/c/d', chunksOf('x'))
  await expect(store.write('s3://demo/c', chunksOf('x'))).rejects.toThrow(/another object uses its name/)
  await expect(store.write(`s3://demo/${'x'.repeat(300)}`, chunksOf('x'))).rejects.toThrow(/longer than a file name/)
  expect(await readdir(join(home.path, '.aside'))).toEqual([])
})

test('a named pipe in the folder does not hang a reader', async () => {
  using home = temporaryFolder()
  await mkdir(join(home.path, 'demo'))
  execFileSync('mkfifo', [join(home.path, 'demo/pipe')])
  await expect(collect(createFolderStore(home.path).read('s3://demo/pipe'))).rejects.toMatchObject({ code: 'Invalid' })
})
