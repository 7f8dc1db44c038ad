import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { importCycles } from './import-cycles.ts'
import { brokenFloors, contracts } from './import-floors.ts'
import { importsOf, readImports, type ImportGraph } from './read-imports.ts'

const root = join(import.meta.dirname, '../..')
const product = readImports(root)

test('imports go down the floors', () => {
  expect(brokenFloors(product)).toEqual([])
})

test.each(contracts)('%s, which neighbours share, holds types only', (file) => {
  expect(readFileSync(join(root, file), 'utf8')).not.toMatch(
    /^(?:export )?(?:default|async|function|class|const|let|var)\b|^import (?!type )/m,
  )
})

test('no files import each other in a circle', () => {
  expect(importCycles(product)).toEqual([])
})

test('the product is there to be checked', () => {
  expect(product.size).toBeGreaterThan(50)
  expect(product.get('engine/spec/fields.ts')).toContain('engine/spec/period.ts')
})

test.each([
  ['upwards', 'engine/spec/fields.ts', 'engine/definition/read.ts', 'upwards from engine/spec to engine/definition'],
  ['sideways', 'engine/store/instances.ts', 'engine/queue/bullmq.ts', 'sideways from engine/store to engine/queue'],
  ['from a thinker up to a contract', 'engine/definition/read.ts', 'engine/queue/task.ts', 'upwards'],
  ['from expression to definition', 'engine/expression/scan.ts', 'engine/definition/read.ts', 'sideways'],
  ['from a mover to a door', 'engine/worker/run.ts', 'engine/cli/run.ts', 'upwards'],
  ['from a mover to the wiring', 'engine/worker/run.ts', 'engine/app.ts', 'only doors may'],
  ['from the engine to a type', 'engine/worker/run.ts', 'activities/CopyActivity.ts', 'knows no type by name'],
  ['from a shelf to another shelf', 'activities/CopyActivity.ts', 'datanodes/S3DataNode.ts', 'through the context'],
  ['from a shelf to a keeper', 'activities/CopyActivity.ts', 'engine/store/tables.ts', 'declare the need in engine/spec'],
  ['of kysely outside the store', 'engine/scheduler/plan.ts', 'kysely', 'which stops at engine/store'],
  ['of bullmq outside the queue', 'engine/app.ts', 'bullmq', 'which stops at engine/queue'],
  ['of a test', 'engine/worker/run.ts', 'test/support/clock.ts', 'not part of the product'],
  ['of a room that no floor has', 'engine/attic/box.ts', 'engine/errors.ts', 'stands in no room'],
])('an import %s is refused with advice', (_kind, from, to, sentence) => {
  expect(brokenFloors(graph({ [from]: [to] }))).toEqual([expect.stringContaining(sentence)])
})

test.each([
  ['downwards', 'engine/cli/run.ts', 'engine/store/tables.ts'],
  ['within a room', 'engine/store/instances.ts', 'engine/store/embedded/launch.ts'],
  ['of a neighbour’s contract', 'engine/store/claims.ts', 'engine/queue/task.ts'],
  ['between words', 'engine/spec/define.ts', 'engine/clients/clients.ts'],
  ['from definition to expression', 'engine/definition/check.ts', 'engine/expression/parse.ts'],
  ['from a shelf to words', 'datanodes/S3DataNode.ts', 'engine/data/delimited.ts'],
  ['from a door to the wiring', 'engine/cli/run.ts', 'engine/app.ts'],
  ['of anything by the wiring', 'engine/app.ts', 'activities/CopyActivity.ts'],
  ['of kysely in the store', 'engine/store/instances.ts', 'kysely'],
  ['of any other package', 'engine/definition/read.ts', 'yaml'],
])('an import %s is fine', (_kind, from, to) => {
  expect(brokenFloors(graph({ [from]: [to] }))).toEqual([])
})

test('a circle is shown as a way back to its beginning', () => {
  const knot = graph({ 'a.ts': ['b.ts', 'd.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'], 'd.ts': [] })
  expect(importCycles(knot)).toEqual(['a.ts -> b.ts -> c.ts -> a.ts: take the idea that both need into a file of its own.'])
})

test('two circles are told apart, and a diamond is none', () => {
  const files = {
    'a.ts': ['b.ts'],
    'b.ts': ['a.ts', 'x.ts'],
    'x.ts': ['y.ts', 'z.ts'],
    'y.ts': ['w.ts'],
    'z.ts': ['w.ts'],
    'w.ts': ['w.ts'],
  }
  expect(importCycles(graph(files)).toSorted()).toEqual([
    expect.stringMatching(/^a\.ts -> b\.ts -> a\.ts/),
    expect.stringMatching(/^w\.ts -> w\.ts/),
  ])
})

test('imports of every form are read, and text that looks like one is not', () => {
  const source = `
import type { A } from './a.ts'
import {
  b,
  type C,
} from "../other/b.ts"
import './effect.ts'
import fs from 'node:fs'
import { Pool } from 'pg'
import { S3Client } from '@aws-sdk/client-s3/deep'
export { d } from './d.ts'
export * from './e.ts'
const later = await import('./later.ts')
// import { not } from './comment.ts'
 * taken from './docs.ts'
`
  expect(importsOf('engine/spec/x.ts', source).toSorted()).toEqual([
    '@aws-sdk/client-s3',
    'engine/other/b.ts',
    'engine/spec/a.ts',
    'engine/spec/d.ts',
    'engine/spec/e.ts',
    'engine/spec/effect.ts',
    'engine/spec/later.ts',
    'pg',
  ])
})

function graph(files: Record<string, string[]>): ImportGraph {
  return new Map(Object.entries(files))
}
