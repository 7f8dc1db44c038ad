import { expect, test } from 'vitest'
import { exitCodeOf, mayRun, type Imported, type Outcome } from '../../../engine/cli/import/outcome.ts'
import type { FieldFate } from '../../../engine/definition/import/fate.ts'
import { SluiceError } from '../../../engine/errors.ts'

const imported: Imported = {
  kind: 'imported',
  source: { origin: 'df-1', name: 'n', definition: { objects: [], parameters: [], values: [] } },
  file: 'n.yaml',
  unchanged: false,
  fates: [],
  diagnostics: [],
  valuesNeeded: [],
}

const lacking = (of: FieldFate['of']): FieldFate => ({ of, id: '', field: 'x', fate: 'not supported', why: 'It is not.' })

test.each<[string, Partial<Imported>, boolean]>([
  ['as it is', {}, true],
  ['with a warning', { diagnostics: [{ code: 'BAD_VALUE', severity: 'warning', message: 'Perhaps.' }] }, true],
  ['with an error', { diagnostics: [{ code: 'BAD_VALUE', severity: 'error', message: 'No.' }] }, false],
  ['whose tags have no place', { fates: [lacking('tag'), lacking('pipeline'), lacking('file')] }, true],
  ['whose objects are not supported', { fates: [lacking('object')] }, false],
  ['whose secret has to be given again', { fates: [lacking('value')] }, false],
  ['that needs a value', { valuesNeeded: ['myBucket'] }, false],
])('a pipeline %s', (_what, more, expected) => {
  expect(mayRun({ ...imported, ...more })).toBe(expected)
})

test('the exit code is that of the gravest failure', () => {
  const failed = (exitCode: 2 | 3): Outcome => ({ kind: 'failed', origin: 'df-1', error: new SluiceError('No.', { exitCode }) })
  const empty: Outcome = { kind: 'empty', origin: 'df-1', message: 'Nothing.' }
  expect([[], [imported, empty], [failed(2), imported], [failed(3), failed(2)]].map(exitCodeOf)).toEqual([0, 0, 2, 3])
})
