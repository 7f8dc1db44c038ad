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

/** What was repaired in definitions that are no JSON as published: each sort of repair is told once. */
const repaired: Readonly<Record<string, number>> = {
  'samples/readme-md-l106.txt': 1,
  'samples/ondemandwithlamdafunctions-ondemand.txt': 2,
  'samples/shellcommandwithftp-pipeline.txt': 2,
  'guide/dp-object-emrconfiguration-l89.txt': 1,
  'guide/dp-object-httpproxy-l9.txt': 1,
}

/** Real definitions that are wrong as published, and what is wrong with them. */
const faulty: Readonly<Record<string, { codes: string[]; objects?: number }>> = {
  'guide/dp-error-logs-l14.txt': { codes: ['BAD_SYNTAX'] },
  'guide/dp-object-hadoopactivity-l77.json': { codes: ['DUPLICATE_ID'], objects: 4 },
  'guide/dp-writing-pipeline-definition-l15.json': { codes: ['MISSING_ID', 'MISSING_ID'], objects: 0 },
}

test.skipIf(present)('the real definitions are not read: there is no ../shared/corpus beside the repository', () => {
  expect(present).toBe(false)
})

test.each(entries)('$file is read whole', ({ file, objects }) => {
  const { definition, diagnostics } = readDefinition(readFileSync(new URL(file, corpus), 'utf8'), file)
  const warnings = Array<string>(repaired[file] ?? 0).fill('REPAIRED_JSON')
  expect(diagnostics.map(({ code }) => code).toSorted()).toEqual([...(faulty[file]?.codes ?? []), ...warnings].toSorted())
  expect(definition?.objects.size).toBe(faulty[file]?.objects ?? objects ?? undefined)
})

test.each(entries)('$file is checked to its end', ({ file }) => {
  const { definition } = readDefinition(readFileSync(new URL(file, corpus), 'utf8'), file)
  const check = () => definition && compileDefinition(definition, testCatalog)
  expect(check).not.toThrow()
})
