import { SluiceError } from '../errors.ts'
import type { Terminal } from './terminal.ts'

/** Tells a person what went wrong, without a stack, and returns the exit code. SLUICE_DEBUG shows stacks. */
export function reportError(
  error: unknown,
  terminal: Pick<Terminal, 'note'>,
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const debug = Boolean(environment['SLUICE_DEBUG'])
  if (error instanceof SluiceError) {
    terminal.note(`error: ${error.message}${error.hint ? `\n  hint: ${error.hint}` : ''}`)
    if (debug) terminal.note(stackOf(error))
    return error.exitCode
  }
  const message = error instanceof Error ? error.message || error.name : String(error)
  terminal.note(`internal error: ${message}${debug ? '' : ' (set SLUICE_DEBUG=1 for the stack)'}`)
  if (debug) terminal.note(stackOf(error))
  return 1
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return `${error.stack ?? error.message}${error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`}`
}
