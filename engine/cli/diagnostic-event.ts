import type { Diagnostic } from '../definition/diagnostic.ts'

/** A diagnostic as an object of a `--json` output. */
export function diagnosticEvent(file: string, { code, severity, range, message, hint }: Diagnostic): object {
  const page = `docs/diagnostics/${code}.md`
  return { event: 'diagnostic', file, line: range?.line, column: range?.column, severity, code, message, hint, page }
}
