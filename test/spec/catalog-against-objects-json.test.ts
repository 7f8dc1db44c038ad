import { expect, test } from 'vitest'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { differences, type Difference } from './differences.ts'
import { knownDifferences, type KnownDifference } from './known-differences.ts'
import { reference } from './reference.ts'

const { types } = await loadCatalog()
const found = [...types.values()].flatMap(differences)

test.each([...types.keys()])('%s has the fields that AWS gives it, each as AWS has it', (type) => {
  const unknown = found.filter((difference) => difference.type === type && !knownDifferences.some((known) => covers(known, difference)))
  expect(unknown).toEqual([])
})

test('every difference that is known still is one', () => {
  const stale = knownDifferences.filter((known) => !found.some((difference) => covers(known, difference)))
  expect(stale).toEqual([])
})

test('every declared type is AWS’s', () => {
  expect([...types.keys()].filter((type) => !(type in reference.types))).toEqual([])
})

test('every type of AWS’s is declared', () => {
  expect(Object.keys(reference.types).filter((type) => !types.has(type) && !reference.types[type]!.pseudo)).toEqual([])
})

function covers({ types: only, field, fact, here }: KnownDifference, difference: Difference): boolean {
  return (only?.includes(difference.type) ?? true) && field === difference.field && fact === difference.fact && here === difference.here
}
