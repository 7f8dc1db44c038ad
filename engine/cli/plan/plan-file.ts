import { formatDiagnostic } from '../../definition/diagnostic.ts'
import type { CompiledDefinition, PipelineDefinition } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import { forecast } from '../../scheduler/forecast/forecast.ts'
import { usualWindow, type AskedWindow } from '../../scheduler/forecast/usual-window.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { formatDateTime } from '../../spec/date-time.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { diagnosticEvent } from '../diagnostic-event.ts'
import { readPipelineFile, type ReadingOptions } from '../read-pipeline-file.ts'
import type { Terminal } from '../terminal.ts'
import { instanceDescriber } from './describe-instance.ts'
import { presentAsJson } from './json-plan.ts'
import { lacksValue } from '../lacks-value.ts'
import type { PlanView } from './plan-view.ts'
import { presentAsText } from './text-plan.ts'

export interface PlanOptions extends ReadingOptions, AskedWindow {
  readonly limit: number
  readonly json: boolean
}

/** Prints what would run, and resolves to 0, or to 2 after the mistakes of a definition that has errors. Rejects with a SluiceError for a
 *  window in which nothing does. */
export async function planFile(file: string, options: PlanOptions, terminal: Terminal): Promise<number> {
  const catalog = await loadCatalog()
  const { json } = options
  const { compiled, definition, diagnostics } = readPipelineFile(file, catalog, { ...options, purpose: 'reading' })
  for (const diagnostic of diagnostics) {
    if (json) terminal.print(JSON.stringify(diagnosticEvent(file, diagnostic)))
    else terminal.note(formatDiagnostic(diagnostic))
  }
  if (!compiled || !definition) return 2
  const present = json ? presentAsJson : presentAsText
  present(planOf(compiled, definition, catalog, options), terminal)
  return 0
}

function planOf(compiled: CompiledDefinition, written: PipelineDefinition, catalog: Catalog, options: PlanOptions): PlanView {
  const window = usualWindow(compiled, catalog, options)
  const { from, to, notes } = window
  if (to <= from) {
    throw new SluiceError(`The window ends at ${formatDateTime(to)}, which is not after its beginning, ${formatDateTime(from)}.`, {
      exitCode: 2,
      hint: 'Give --to an instant after --from, or leave it out.',
    })
  }
  const { name, onDemand } = compiled
  const describe = instanceDescriber(compiled, catalog, from, lacksValue(compiled, written))
  return { name, onDemand, from, to, notes, limit: options.limit, describe, ...forecast(compiled, catalog, window, options.limit) }
}
