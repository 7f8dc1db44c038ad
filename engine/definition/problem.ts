import type { DiagnosticCode } from './codes/index.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { SourceRange } from './source-range.ts'

/** An error: the definition cannot run as it stands. */
export function mistake(code: DiagnosticCode, range: SourceRange | undefined, message: string, hint?: string): Diagnostic {
  return { code, severity: 'error', range, message, hint }
}

/** A warning: it can run, but perhaps not as its author thinks. */
export function doubt(code: DiagnosticCode, range: SourceRange | undefined, message: string, hint?: string): Diagnostic {
  return { code, severity: 'warning', range, message, hint }
}

/** The same diagnostics by file, line and column, each once; those without a place stand last.
 *  A mistake in an inherited field is found once for each heir: one line tells it. */
export function inOrder(diagnostics: Iterable<Diagnostic>): Diagnostic[] {
  const seen = new Map<string, Diagnostic>()
  for (const diagnostic of diagnostics) {
    const { range, code, message } = diagnostic
    const key = JSON.stringify([range?.file, range?.line, range?.column, code, message])
    if (!seen.has(key)) seen.set(key, diagnostic)
  }
  return [...seen.values()].toSorted(byPlace)
}

function byPlace({ range: a }: Diagnostic, { range: b }: Diagnostic): number {
  if (!a || !b) return Number(!a) - Number(!b)
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return a.line - b.line || a.column - b.column
}
