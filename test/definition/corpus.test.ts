import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { testCatalog } from '../support/test-catalog.ts'

interface CorpusEntry {
  readonly file: string
  readonly objects: number | null
}

const corpus = new URL('../../../shared/corpus/', import.meta.url)
const present = existsSync(new URL('manifest.json', corpus))
const entries = present ? (JSON.parse(readFileSync(new URL('manifest.json', corpus), 'utf8')) as CorpusEntry[]) : []

/** Real definitions that are wrong as published, and what is wrong with them. */
const faulty: Readonly<Record<string, string[]>> = {
  'guide/dp-error-logs-l14.txt': ['BAD_SYNTAX', 'BAD_SYNTAX'],
  'guide/dp-object-hadoopactivity-l77.json': ['DUPLICATE_ID'],
  'guide/dp-writing-pipeline-definition-l15.json': ['MISSING_ID', 'MISSING_ID'],
}

if (!present) {
  test('the real definitions are read', ({ skip }) =>
    skip('There is no corpus of real definitions beside the repository: ../shared/corpus.'))
}

test.each(entries)('$file is read whole', ({ file, objects }) => {
  const { definition, diagnostics } = readDefinition(readFileSync(new URL(file, corpus), 'utf8'), file)
  expect(diagnostics.map(({ code }) => code)).toEqual(faulty[file] ?? [])
  if (!faulty[file]) expect(definition?.objects.size).toBe(objects)
  if (definition) compileDefinition(definition, testCatalog)
})
