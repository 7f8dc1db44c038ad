import assert from 'node:assert/strict'
import { expect, test } from 'vitest'
import { inherit } from '../../engine/definition/inherit.ts'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { testCatalog } from '../support/test-catalog.ts'

test('an object takes the fields it lacks from its parent, then from that one’s, and from Default last', () => {
  const fields = heir(`
defaults: { region: default, workerGroup: default, maximumRetries: default, onFail: default }
objects:
  grandparent: { region: grandparent, workerGroup: grandparent, maximumRetries: grandparent }
  parent: { parent: grandparent, region: parent, workerGroup: parent }
  x: { type: Work, parent: { ref: parent }, region: own }
`)
  expect(fields).toEqual({ region: ['own'], workerGroup: ['parent'], maximumRetries: ['grandparent'], onFail: ['default'] })
})

test('a field of its own replaces the whole list of the ancestor’s, and an empty list hides it', () => {
  const fields = heir('defaults: { argument: [a, b], onFail: page }\nobjects: { x: { type: Work, argument: c, onFail: [] } }')
  expect(fields).toEqual({ argument: ['c'], onFail: [] })
})

test('neither id, name nor parent is inherited, and a type only by an untyped object from a parent it names', () => {
  const { definition } = readDefinition(
    `
objects:
  Default: { type: Work, name: The default }
  base: { type: Work, name: The base }
  heir: { parent: base }
  typed: { type: CSV, parent: base }
  alone: { region: r }
`,
    'x',
  )
  assert(definition)
  const { heirs } = inherit(definition)
  expect(heirs.get('heir')).toMatchObject({ type: 'Work', object: { id: 'heir', name: 'heir' } })
  expect([...(heirs.get('heir')?.fields.keys() ?? [])]).toEqual([])
  expect(heirs.get('typed')?.type).toBe('CSV')
  expect(heirs.get('alone')?.type).toBeUndefined()
})

test('the parent of everything may be named as the parent of something', () => {
  expect(heir('defaults: { region: r }\nobjects: { x: { type: Work, parent: Default } }')).toEqual({ region: ['r'] })
})

test('a ring of parents is told once for each object in it, with the way round', () => {
  const { definition } = readDefinition('objects: { a: { parent: b }, b: { parent: c }, c: { parent: a } }', 'x')
  assert(definition)
  const { diagnostics } = inherit(definition)
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'a is its own ancestor: a -> b -> c -> a.',
    'b is its own ancestor: b -> c -> a -> b.',
    'c is its own ancestor: c -> a -> b -> c.',
  ])
})

function heir(text: string): Record<string, string[]> {
  const { definition } = readDefinition(text, 'x')
  assert(definition)
  const { heirs, diagnostics } = inherit(definition)
  expect(diagnostics).toEqual([])
  const fields = [...(heirs.get('x')?.fields ?? [])].map(([name, { values }]) => [
    name,
    values.map((value) => ('ref' in value ? value.ref : value.text)),
  ])
  return Object.fromEntries(fields) as Record<string, string[]>
}

test('a parameter in an inherited field is filled in for each heir, since a field of its own may hide the parameter', () => {
  const text = `
parameters: { myLimit: { default: 3 } }
defaults: { scheduleType: ondemand, maxActiveInstances: "#{myLimit}" }
activities:
  a: { type: Work, command: ls }
  b: { type: Work, command: ls, myLimit: of my own }
`
  const { definition } = readDefinition(text, 'x')
  const { diagnostics } = compileDefinition(definition!, testCatalog)
  expect(diagnostics).toMatchObject([{ code: 'NOT_A_LITERAL', range: { line: 3 } }])
})
