import { expect, test } from 'vitest'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { campaign } from './campaign.ts'
import { hostileFields } from './expressions.ts'

const seed = 20_261_124
const catalog = await loadCatalog()

test('10,000 hostile documents are read or refused with reasons', () => {
  expect(campaign('document', seed, [0, 10_000], catalog).failures).toEqual([])
})

test('10,000 hostile expressions are evaluated or refused with reasons, and tell no secret', () => {
  expect(campaign('expression', seed, [0, 10_000], catalog).failures).toEqual([])
})

test('fields that lead to themselves or double themselves are refused or finished', () => {
  expect(hostileFields).not.toThrow()
})

test('nothing of this has changed what all objects share', () => {
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})
