import type { Diagnostic } from '../../definition/diagnostic.ts'

/** The diagnostic as a workflow command, which GitHub shows beside the line of the file. Always one line.
 *  @see GitHub Docs, "Workflow commands for GitHub Actions": `::error file=...,line=...,col=...::message`; escapes as in `@actions/core` */
export function githubAnnotation(file: string, { severity, code, range, message, hint }: Diagnostic): string {
  const place = range && { line: range.line, col: range.column, endLine: range.endLine, ...endColumn(range) }
  const properties = Object.entries({ file, ...place, title: code }).map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
  return `::${severity} ${properties.join(',')}::${escapeData(hint ? `${message}\n${hint}` : message)}`
}

/** GitHub takes columns only of annotations within one line, and an end that is inclusive. */
function endColumn({ line, column, endLine, endColumn: end }: NonNullable<Diagnostic['range']>): { endColumn?: number } {
  return line === endLine ? { endColumn: Math.max(column, end - 1) } : {}
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
