import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

interface CorpusEntry {
  readonly file: string
  readonly objects: number | null
}

const catalog = await loadCatalog()
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

/** What is wrong in definitions as published, beside what keeps them from being read: placeholders, references that dangle, a period that is
 *  none. All others give no error. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  'guide/dp-copydata-redshift-define-pipeline-cli-l7.json': ['52 BAD_DATE', '55 BAD_PERIOD', '56 BAD_DATE'],
  'guide/dp-object-hadoopactivity-l77.json': ['23 BAD_DATE', '27 BAD_DATE', '60 UNKNOWN_REFERENCE', '63 UNKNOWN_REFERENCE'],
  'guide/dp-object-redshiftcopyactivity-l38.json': ['52 BAD_DATE', '55 BAD_PERIOD', '56 BAD_DATE'],
  'samples/kinesis-kinesis-to-s3.json': ['17 BAD_PERIOD'],
}

test.each(entries)('$file has no errors but those it was published with', ({ file }) => {
  const { definition, form } = readDefinition(readFileSync(new URL(file, corpus), 'utf8'), file)
  const { diagnostics } = definition ? compileDefinition(definition, catalog, { form, purpose: 'reading' }) : { diagnostics: [] }
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  expect(errors.map(({ code, range }) => `${range?.line} ${code}`)).toEqual(mistakes[file] ?? [])
})
