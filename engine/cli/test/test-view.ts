import { formatDiagnostic, type Diagnostic } from '../../definition/diagnostic.ts'
import { diagnosticEvent } from '../diagnostic-event.ts'
import type { Terminal } from '../terminal.ts'
import { formatCount } from '../view/format-count.ts'
import type { PipelineTest, TestFailure } from './pipeline-test.ts'

export interface TestCounts {
  readonly files: number
  readonly tests: number
  readonly failed: number
  /** Files without a test. */
  readonly untested: number
  /** Files that are wrong, so that none of their tests was run. */
  readonly wrong: number
}

/** How tests are told. */
export interface TestView {
  diagnostic(file: string, diagnostic: Diagnostic): void
  untested(file: string): void
  test(file: string, test: PipelineTest, failures: readonly TestFailure[]): void
  summary(counts: TestCounts): void
}

/** One JSON object a line. */
export function jsonTestView({ print }: Pick<Terminal, 'print'>): TestView {
  const event = (name: string, fields: object): void => print(JSON.stringify({ event: name, ...fields }))
  return {
    diagnostic: (file, diagnostic) => print(JSON.stringify(diagnosticEvent(file, diagnostic))),
    untested: (file) => event('untested', { file }),
    test: (file, { name, range }, failures) => {
      const told = failures.map(({ range: place, ...failure }) => ({ line: place.line, column: place.column, ...failure }))
      event('test', { file, line: range.line, name, status: told.length === 0 ? 'passed' : 'failed', failures: told })
    },
    summary: (counts) => event('summary', counts),
  }
}

export function textTestView({ print, note, look }: Pick<Terminal, 'print' | 'note' | 'look'>): TestView {
  return {
    diagnostic: (_file, diagnostic) => note(formatDiagnostic(diagnostic)),
    untested: (file) => note(`${file}: there are no tests in it.\n  hint: Add a section tests; see sluice test --help.`),
    test(file, { name }, failures) {
      const sign = failures.length === 0 ? look.paint('good', look.glyph('finished')) : look.paint('bad', look.glyph('failed'))
      print(`${sign} ${file}: ${name}`)
      for (const { range, what, expected, actual } of failures) {
        print(`    ${range.file}:${range.line}:${range.column}: ${name}: ${what}`)
        print(`      expected  ${indented(expected)}`)
        print(`      actual    ${indented(actual)}`)
      }
    },
    summary({ tests, failed, untested, wrong }) {
      const parts = [
        formatCount(tests, 'test'),
        failed > 0 ? `${failed} failed` : tests > 0 && 'all passed',
        untested > 0 && `${formatCount(untested, 'file')} without tests`,
        wrong > 0 && `${formatCount(wrong, 'file')} with mistakes`,
      ]
      print(parts.filter((part) => part !== false).join(', '))
    },
  }
}

function indented(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(16)}`)
}
