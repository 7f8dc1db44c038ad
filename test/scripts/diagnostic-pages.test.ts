import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { diagnosticCodes } from '../../engine/definition/codes/index.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { diagnosticPages } from '../../scripts/diagnostic-pages.ts'

const folder = new URL('../../docs/diagnostics/', import.meta.url)
const pages = diagnosticPages(await loadCatalog())

test('docs/diagnostics is what `npm run reference` writes now', () => {
  const written = new Map(readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]))
  expect(Object.fromEntries(written), 'run `npm run reference`').toEqual(Object.fromEntries(pages))
})

test.each([...diagnosticCodes])('the page of %s has a title, sentences, and an example that shows it', (code, { title, why, cure }) => {
  expect(title).toMatch(/^[A-Z`].*[^.]$/)
  for (const sentence of [why, cure]) expect(sentence).toMatch(/^\S.*[.]$/s)
  const [, example = `error ${code}: `] = (pages.get(`${code}.md`) ?? '').split('## Example')
  expect(example).toMatch(new RegExp(`(warning|error) ${code}: `))
})
