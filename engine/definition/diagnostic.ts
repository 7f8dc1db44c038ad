import type { DiagnosticCode } from './codes/index.ts'
import type { SourceRange } from './source-range.ts'

/** An author's mistake or a doubt about one, with its place and a way out. */
export interface Diagnostic {
  /** Explained by a page of docs/diagnostics. */
  readonly code: DiagnosticCode
  readonly severity: 'error' | 'warning'
  readonly range?: SourceRange
  /** One sentence that names the object and the field. */
  readonly message: string
  /** What to do, `Did you mean "orders"?` included. */
  readonly hint?: string
}

/** `file:line:column: error CODE: sentence` and, on a line of its own, the hint. */
export function formatDiagnostic({ code, severity, range, message, hint }: Diagnostic): string {
  const place = range ? `${range.file}:${range.line}:${range.column}: ` : ''
  return `${place}${severity} ${code}: ${message}${hint ? `\n  hint: ${hint}` : ''}`
}
