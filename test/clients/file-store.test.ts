import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createFileStore } from '../../engine/clients/object-store/file-store.ts'
import { chunksOf, collect, keysOf, objectStoreSuite } from '../conformance/object-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

objectStoreSuite('files of the machine', async () => {
  const base = temporaryFolder()
  return {
    store: createFileStore(base.path),
    uri: (key) => `file:${key}`,
    leftovers: async () => (await readdir(base.path, { recursive: true })).filter((name) => name.includes('.sluice-')),
    close: async () => base[Symbol.dispose](),
  }
})

test('a relative path starts at the base directory, and an absolute one where it says', async () => {
  using base = temporaryFolder()
  await writeFile(join(base.path, 'a b.txt'), 'x')
  const store = createFileStore(base.path)
  for (const uri of ['file:a b.txt', 'file:./a b.txt', `file:${base.path}/a b.txt`, pathToFileURL(join(base.path, 'a b.txt')).href]) {
    expect((await collect(store.read(uri))).toString()).toBe('x')
  }
  const listed = await keysOf(store.list(`${pathToFileURL(base.path).href}/a%20`))
  expect(listed).toEqual([pathToFileURL(join(base.path, 'a b.txt')).href])
})

test('a file that is not whole yet is not listed', async () => {
  using base = temporaryFolder()
  const store = createFileStore(base.path)
  let listed: string[] | undefined
  const publish = async () => void (listed = await keysOf(store.list('file:')))
  await store.write('file:new', chunksOf('x'), { attemptKey: 'a_1', publish })
  expect(listed).toEqual([])
  expect(await keysOf(store.list('file:'))).toEqual(['file:new'])
})

test.each(['file:', 'file:a\0b'])('%j is refused', async (uri) => {
  await expect(createFileStore('/nowhere').head(uri)).rejects.toMatchObject({ code: 'Invalid' })
})
