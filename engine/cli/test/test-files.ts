import { dirname, resolve } from 'node:path'
import type { Diagnostic } from '../../definition/diagnostic.ts'
import { readDefinition } from '../../definition/read-definition.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import { checkNames } from './check-names.ts'
import type { PipelineTest, TestFailure } from './pipeline-test.ts'
import { readTests } from './read-tests.ts'
import { runTest, subjectOf } from './run-test.ts'
import { jsonTestView, textTestView, type TestView } from './test-view.ts'

/** Runs the tests of every file and resolves to 0 when all passed, to 1 when one failed, to 2 when a file is wrong or there are no tests. */
export async function testFiles(
  files: readonly string[],
  json: boolean,
  terminal: Pick<Terminal, 'print' | 'note' | 'look'>,
): Promise<number> {
  const catalog = await loadCatalog()
  const view = json ? jsonTestView(terminal) : textTestView(terminal)
  const counts = { files: files.length, tests: 0, failed: 0, untested: 0, wrong: 0 }
  for (const file of files) {
    const { tests, diagnostics } = readFile(file, catalog)
    for (const diagnostic of diagnostics) view.diagnostic(file, diagnostic)
    if (diagnostics.some(({ severity }) => severity === 'error')) {
      counts.wrong++
      continue
    }
    if (tests.length === 0) {
      view.untested(file)
      counts.untested++
    }
    for (const test of tests) if (!passes(test, file, view)) counts.failed++
    counts.tests += tests.length
  }
  view.summary(counts)
  if (counts.wrong > 0 || counts.tests === 0) return 2
  return counts.failed > 0 ? 1 : 0
}

interface RunnableTest {
  readonly test: PipelineTest
  run(): readonly TestFailure[]
}

interface TestedFile {
  readonly tests: readonly RunnableTest[]
  readonly diagnostics: readonly Diagnostic[]
}

/** The tests of a file, ready to run; none when the file or its tests cannot be read whole. */
function readFile(file: string, catalog: Catalog): TestedFile {
  const text = textOf(file)
  if (typeof text !== 'string') return { tests: [], diagnostics: [text] }
  const { definition, form, diagnostics: mistakes } = readDefinition(text, file)
  if (!definition || mistakes.some(({ severity }) => severity === 'error')) return { tests: [], diagnostics: mistakes }
  // AWS's JSON has no place for tests: what is called so there belongs to somebody else
  const { tests, diagnostics } = form === 'yaml' ? readTests(text, file) : { tests: [], diagnostics: [] }
  const directory = dirname(resolve(file))
  const subjects = tests.map((test) => ({ test, subject: subjectOf(test, definition, catalog, directory) }))
  const unknown = subjects.flatMap(({ test, subject }) => (subject.compiled ? checkNames(test, subject.compiled, catalog) : []))
  const runnable = subjects.map(({ test, subject }) => ({ test, run: () => runTest(test, subject) }))
  return { tests: runnable, diagnostics: [...mistakes, ...diagnostics, ...unknown] }
}

function textOf(file: string): string | Diagnostic {
  try {
    return readText(file)
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return { code: 'UNREADABLE_FILE', severity: 'error', message: error.message, hint: error.hint }
  }
}

function passes({ test, run }: RunnableTest, file: string, view: TestView): boolean {
  const failures = run()
  view.test(file, test, failures)
  return failures.length === 0
}
