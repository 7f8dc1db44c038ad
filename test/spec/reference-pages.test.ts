import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { referenceFiles } from '../../engine/spec/write-reference.ts'

const catalog = await loadCatalog()
const folder = new URL('../../docs/reference/', import.meta.url)

test('docs/reference is what `npm run reference` writes now', async () => {
  const files = referenceFiles(catalog)
  const names = await readdir(folder)
  const written = await Promise.all(names.map(async (name) => [name, await readFile(new URL(name, folder), 'utf8')] as const))
  const stale = [...files].filter(([name, text]) => new Map(written).get(name) !== text).map(([name]) => name)
  expect({ stale, gone: names.filter((name) => !files.has(name)) }, 'run `npm run reference`').toEqual({ stale: [], gone: [] })
})

test.each([...catalog.types.values()])(
  'the example of $type has its required fields, known ones only, and values of their form',
  (declaration) => {
    const example = parse(declaration.example) as Record<string, unknown>
    expect(example).toMatchObject({ id: expect.any(String), type: declaration.type })
    const names = Object.keys(example)
    expect(names.filter((name) => !(name in declaration.fields))).toEqual([])
    expect(names.filter((name) => declaration.fields[name]!.runtime || declaration.fields[name]!.forbidden)).toEqual([])
    const required = Object.entries(declaration.fields).filter(([, field]) => field.required)
    expect(required.map(([name]) => name).filter((name) => !names.includes(name))).toEqual([])
    const set = (group: readonly string[]) => group.filter((name) => names.includes(name)).length
    expect(declaration.exactlyOneOf.map(set)).toEqual(declaration.exactlyOneOf.map(() => 1))
    expect(declaration.atLeastOneOf.filter((group) => set(group) === 0)).toEqual([])
    expect(declaration.atMostOneOf.filter((group) => set(group) > 1)).toEqual([])
    const malformed = names.flatMap((name) => {
      const { schema } = declaration.fields[name]!
      const values = [example[name]].flat().map(String)
      return values
        .filter((value) => !value.includes('#{') && schema?.safeParse(value).success === false)
        .map((value) => `${name}: ${value}`)
    })
    expect(malformed).toEqual([])
  },
)

test.each([...catalog.types.values()])('the page of $type shows every field, and no table row is torn', (declaration) => {
  const page = referenceFiles(catalog).get(`${declaration.type}.md`)!
  for (const name of Object.keys(declaration.fields)) expect(page).toContain(`\`${name}\``)
  const rows = page.split('\n').filter((line) => line.startsWith('|'))
  expect(rows.filter((row) => row.match(/(?<!\\)\|/g)?.length !== 5)).toEqual([])
})
