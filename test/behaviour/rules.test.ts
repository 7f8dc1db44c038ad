import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { behaviourPage, sectionOf } from '../../scripts/behaviour-page.ts'
import { rules } from './rules/index.ts'

const root = new URL('../../', import.meta.url)
const read = (file: string): string => (existsSync(new URL(file, root)) ? readFileSync(new URL(file, root), 'utf8') : '')

test('docs/behaviour.md is what `npm run reference` writes now', () => {
  expect(read('docs/behaviour.md'), 'run `npm run reference`').toBe(behaviourPage(rules))
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
  expect(tests.filter((name) => !isThere(name))).toEqual([])
  expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([])
})

/** The title stands in the source as a whole text: the name of a test, or the first cell of a row of a table of tests. */
function isThere(name: string): boolean {
  const [file = '', title = ''] = name.split(' > ', 2)
  const texts = [...read(file).matchAll(/(?<=[([]\s*)(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`)(?=\s*,)/g)]
  return texts.some(([, single, double, template]) => unescaped(single ?? double ?? template ?? '') === title)
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(['"`\\])/g, '$1')
}
