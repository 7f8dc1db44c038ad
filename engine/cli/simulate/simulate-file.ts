import { formatDiagnostic } from '../../definition/diagnostic.ts'
import { SluiceError } from '../../errors.ts'
import { formatDateTime } from '../../spec/date-time.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { diagnosticEvent } from '../diagnostic-event.ts'
import { readPipelineFile, type ReadingOptions } from '../read-pipeline-file.ts'
import type { Terminal } from '../terminal.ts'
import { presentSimulation, presentSimulationAsJson } from './present-simulation.ts'
import { simulatePipeline, type SimulationRequest } from './simulate-pipeline.ts'
import { simulatedRuns, unplanned } from './simulated-runs.ts'

export interface SimulateOptions extends ReadingOptions, SimulationRequest {
  readonly limit: number
  readonly json: boolean
}

/** Prints what would have run, and resolves to 0, or to 2 after the mistakes of a definition that has errors. Rejects with a SluiceError for a
 *  window in which nothing does, and for tasks that there are not. */
export async function simulateFile(file: string, options: SimulateOptions, terminal: Terminal): Promise<number> {
  const catalog = await loadCatalog()
  const { json, from, to, limit } = options
  const { compiled, diagnostics } = readPipelineFile(file, catalog, { ...options, purpose: 'reading' })
  for (const diagnostic of diagnostics) {
    if (json) terminal.print(JSON.stringify(diagnosticEvent(file, diagnostic)))
    else terminal.note(formatDiagnostic(diagnostic))
  }
  if (!compiled) return 2
  if (to <= from) {
    throw new SluiceError(`The simulation ends at ${formatDateTime(to)}, which is not after its beginning, ${formatDateTime(from)}.`, {
      exitCode: 2,
      hint: 'Give --to an instant after --from.',
    })
  }
  for (const id of [...options.failures.map(({ task }) => task), ...options.durations.keys()]) {
    if (compiled.components[id]) continue
    const tasks = Object.values(compiled.components).filter(({ type }) => catalog.get(type)?.family === 'activity')
    throw new SluiceError(`There is no task ${id} in ${file}.`, {
      exitCode: 2,
      hint: `It has: ${tasks.map((task) => task.id).join(', ')}.`,
    })
  }
  const { world, until } = await simulatePipeline(compiled, catalog, options)
  const view = { name: compiled.name, from, to, until, limit, runs: simulatedRuns(world, until), behind: unplanned(world, until) }
  if (json) presentSimulationAsJson(view, terminal)
  else presentSimulation(view, terminal)
  return 0
}
