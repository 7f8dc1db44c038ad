import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { faultsPage } from '../../scripts/faults-page.ts'
import { isNamedTest, readSource } from '../support/named-test.ts'
import { brokenBuilds } from './broken-builds/index.ts'
import { faultRows } from './rows/index.ts'

const root = new URL('../../', import.meta.url)

test('docs/faults.md is what `npm run reference` writes now', () => {
  expect(readSource('docs/faults.md'), 'run `npm run reference`').toBe(faultsPage(faultRows, brokenBuilds))
})

test('each row stands once, and each without a test says what it lacks', () => {
  const ids = faultRows.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
  expect(faultRows.filter(({ tests, lacks }) => tests.length === 0 && lacks === undefined)).toEqual([])
})

test.each(faultRows)('$id: each of its tests and files is there', ({ tests, in: files }) => {
  expect(tests.filter((name) => !isNamedTest(name))).toEqual([])
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([])
})
