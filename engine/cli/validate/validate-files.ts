import { checkEdits } from '../../definition/check-edits.ts'
import { formatDiagnostic, type Diagnostic } from '../../definition/diagnostic.ts'
import type { PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { readDefinition } from '../../definition/read-definition.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { diagnosticEvent } from '../diagnostic-event.ts'
import { checkPipelineFile, type ReadingOptions } from '../read-pipeline-file.ts'
import { readText } from '../read-text.ts'
import type { Terminal } from '../terminal.ts'
import { formatCount } from '../view/format-count.ts'
import { githubAnnotation } from './github-annotation.ts'

/** How diagnostics are printed: sentences to the error output, the other two to the standard output. */
export type ValidationFormat = 'text' | 'json' | 'github'

/** Prints the diagnostics of every file and a summary, and resolves to 0 or, with an error in any, 2. */
export async function validateFiles(
  files: readonly string[],
  { format, ...options }: ValidationOptions & { readonly format: ValidationFormat },
  terminal: Pick<Terminal, 'print' | 'note'>,
): Promise<number> {
  const catalog = await loadCatalog()
  const active = options.against === undefined ? undefined : definitionInForce(options.against)
  let [errors, warnings] = [0, 0]
  for (const file of files) {
    for (const diagnostic of diagnosticsOf(file, catalog, { ...options, active })) {
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

interface ValidationOptions extends ReadingOptions {
  /** A file with the definition that is in force. */
  readonly against?: string
}

interface Validation extends ReadingOptions {
  readonly active?: PipelineDefinition
}

/** Its own mistakes are no matter here, as long as it can be read. */
function definitionInForce(file: string): PipelineDefinition {
  const { definition, diagnostics } = readDefinition(readText(file), file)
  if (definition) return definition
  throw new SluiceError(`The definition in force cannot be read: ${diagnostics[0]?.message ?? file}`, { exitCode: 2 })
}

type Show = (file: string, diagnostic: Diagnostic, terminal: Pick<Terminal, 'print' | 'note'>) => void

const show: Readonly<Record<ValidationFormat, Show>> = {
  text: (_file, diagnostic, { note }) => note(formatDiagnostic(diagnostic)),
  json: (file, diagnostic, { print }) => print(JSON.stringify(diagnosticEvent(file, diagnostic))),
  github: (file, diagnostic, { print }) => print(githubAnnotation(file, diagnostic)),
}

/** A file that cannot be read is one more mistake: the other files are still checked. */
function diagnosticsOf(file: string, catalog: Catalog, { active, ...reading }: Validation): readonly Diagnostic[] {
  try {
    const { definition, diagnostics } = checkPipelineFile(file, catalog, { ...reading, purpose: 'reading' })
    return active && definition ? [...diagnostics, ...checkEdits(active, definition, catalog)] : diagnostics
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return [{ code: 'UNREADABLE_FILE', severity: 'error', message: error.message, hint: error.hint }]
  }
}
