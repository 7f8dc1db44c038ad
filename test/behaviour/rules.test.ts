import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { behaviourPage, sectionOf } from '../../scripts/behaviour-page.ts'
import { isNamedTest, readSource } from '../support/named-test.ts'
import { rules } from './rules/index.ts'

const root = new URL('../../', import.meta.url)

test('docs/behaviour.md is what `npm run reference` writes now', () => {
  expect(readSource('docs/behaviour.md'), 'run `npm run reference`').toBe(behaviourPage(rules))
})

test('no rule is without a test that shows it, unless it says what is not there yet', () => {
  expect(rules.filter(({ tests, notYet }) => tests.length === 0 && notYet === undefined)).toEqual([])
  expect(rules.filter(({ tests, in: files }) => tests.length > 0 && files.length === 0)).toEqual([])
})

test('every rule has a name of its own, in the order of the sections', () => {
  const ids = rules.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  const sections = ids.map((id) => sectionOf(id).split('.').map(Number))
  expect(sections.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d)).toEqual(sections)
})

test.each(rules.filter(({ tests }) => tests.length > 0))('$id: each of its tests and files is there', ({ tests, in: files }) => {
  expect(tests.filter((name) => !isNamedTest(name))).toEqual([])
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([])
})
