import { formatDiagnostic, type Diagnostic } from '../../definition/diagnostic.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { diagnosticEvent } from '../diagnostic-event.ts'
import { readPipelineFile, type ReadingOptions } from '../read-pipeline-file.ts'
import type { Terminal } from '../terminal.ts'
import { formatCount } from '../view/format-count.ts'
import { githubAnnotation } from './github-annotation.ts'

/** How diagnostics are printed: sentences to the error output, the other two to the standard output. */
export type ValidationFormat = 'text' | 'json' | 'github'

/** Prints the diagnostics of every file and a summary, and resolves to 0 or, with an error in any, 2. */
export async function validateFiles(
  files: readonly string[],
  { format, ...reading }: ReadingOptions & { readonly format: ValidationFormat },
  terminal: Pick<Terminal, 'print' | 'note'>,
): Promise<number> {
  const catalog = await loadCatalog()
  let [errors, warnings] = [0, 0]
  for (const file of files) {
    for (const diagnostic of diagnosticsOf(file, catalog, reading)) {
      if (diagnostic.severity === 'error') errors++
      else warnings++
      show[format](file, diagnostic, terminal)
    }
  }
  if (format === 'json') terminal.print(JSON.stringify({ event: 'summary', files: files.length, errors, warnings }))
  else
    terminal.print(
      `${formatCount(files.length, 'file')}, ${errors ? formatCount(errors, 'error') : 'no errors'}${warnings ? `, ${formatCount(warnings, 'warning')}` : ''}`,
    )
  return errors > 0 ? 2 : 0
}

type Show = (file: string, diagnostic: Diagnostic, terminal: Pick<Terminal, 'print' | 'note'>) => void

const show: Readonly<Record<ValidationFormat, Show>> = {
  text: (_file, diagnostic, { note }) => note(formatDiagnostic(diagnostic)),
  json: (file, diagnostic, { print }) => print(JSON.stringify(diagnosticEvent(file, diagnostic))),
  github: (file, diagnostic, { print }) => print(githubAnnotation(file, diagnostic)),
}

/** A file that cannot be read is one more mistake: the other files are still checked. */
function diagnosticsOf(file: string, catalog: Catalog, reading: ReadingOptions): readonly Diagnostic[] {
  try {
    return readPipelineFile(file, catalog, reading).diagnostics
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return [{ code: 'UNREADABLE_FILE', severity: 'error', message: error.message, hint: error.hint }]
  }
}
