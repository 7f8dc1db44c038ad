import { definitionGraph, type DefinitionGraph } from '../../definition/definition-graph.ts'
import { formatDiagnostic } from '../../definition/diagnostic.ts'
import { drawDot, drawMermaid } from '../../definition/draw-graph.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { readPipelineFile, type ReadingOptions } from '../read-pipeline-file.ts'
import type { Terminal } from '../terminal.ts'

export type GraphFormat = 'mermaid' | 'dot' | 'json'

/** Prints the drawing and resolves to 0, or to 2 after the mistakes of a definition that has errors. */
export async function showGraph(
  file: string,
  { format, ...reading }: ReadingOptions & { readonly format: GraphFormat },
  terminal: Pick<Terminal, 'print' | 'note'>,
): Promise<number> {
  const catalog = await loadCatalog()
  const { compiled, diagnostics } = readPipelineFile(file, catalog, { ...reading, purpose: 'reading' })
  for (const diagnostic of diagnostics) terminal.note(formatDiagnostic(diagnostic))
  if (!compiled) return 2
  terminal.print(draw[format](definitionGraph(compiled, catalog)))
  return 0
}

const draw: Readonly<Record<GraphFormat, (graph: DefinitionGraph) => string>> = {
  mermaid: drawMermaid,
  dot: drawDot,
  json: (graph) => JSON.stringify(graph),
}
