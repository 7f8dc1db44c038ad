import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFileStore } from '../../engine/clients/object-store/file-store.ts'
import { relativeTo } from '../../engine/clients/object-store/relative-files.ts'
import { collect, keysOf } from '../conformance/object-store.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('files of a folder are listed and read by the relative paths that a definition names', async () => {
  using folder = temporaryFolder()
  mkdirSync(join(folder.path, 'logs/old'), { recursive: true })
  writeFileSync(join(folder.path, 'logs/today'), 'new')
  writeFileSync(join(folder.path, 'logs/old/yesterday'), 'past')
  const store = relativeTo(createFileStore('/nowhere'), folder.path)

  expect(await keysOf(store.list('file:logs/'))).toEqual(['file:logs/old/yesterday', 'file:logs/today'])
  expect(await keysOf(store.list('file:./logs/to'))).toEqual(['file:./logs/today'])
  expect((await collect(store.read('file:logs/old/yesterday'))).toString()).toBe('past')
  expect(await keysOf(store.list(`file:${folder.path}/logs/to`))).toEqual([`file:${folder.path}/logs/today`])
})
