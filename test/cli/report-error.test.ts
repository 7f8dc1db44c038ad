import { expect, test } from 'vitest'
import { reportError } from '../../engine/cli/report-error.ts'
import { SluiceError } from '../../engine/errors.ts'

function told(error: unknown, environment = {}): { code: number; text: string } {
  const lines: string[] = []
  const code = reportError(error, { note: (line) => lines.push(line) }, environment)
  return { code, text: lines.join('\n') }
}

test('an error that is meant for a person is its message, its hint and its exit code', () => {
  const error = new SluiceError('It cannot be reached.', { exitCode: 3, hint: 'Start it.' })
  expect(told(error)).toEqual({ code: 3, text: 'error: It cannot be reached.\n  hint: Start it.' })
})

test('any other error is one sentence that says how to see the stack', () => {
  expect(told(new TypeError('x is not a function'))).toEqual({
    code: 1,
    text: 'internal error: x is not a function (set SLUICE_DEBUG=1 for the stack)',
  })
})

test('with SLUICE_DEBUG the stack is shown, causes included', () => {
  const { text } = told(new Error('outer', { cause: new Error('inner') }), { SLUICE_DEBUG: '1' })
  expect(text).toMatch(/internal error: outer\n[^]*at [^]*caused by: Error: inner/)
})
