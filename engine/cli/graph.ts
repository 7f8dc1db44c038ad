import { Option, type Command } from 'commander'
import type { GraphFormat } from './graph/show-graph.ts'
import { collectParameter, type ParameterValues } from './read-options.ts'
import { addSideFiles, type SideFiles } from './side-files.ts'
import type { Surroundings } from './surroundings.ts'

interface Options extends SideFiles {
  readonly param?: ParameterValues
  readonly format: GraphFormat
}

/** `sluice graph FILE`: the objects of a definition and their references, as a drawing in text. */
export function addGraph(program: Command, { terminal, done }: Surroundings): void {
  addSideFiles(program.command('graph'))
    .summary('draw a definition: Mermaid or DOT')
    .description('Prints how the objects of a definition hang together, as Mermaid or DOT. Needs no server and no database.')
    .argument('<file>', 'a definition: YAML, or AWS Data Pipeline JSON')
    .addOption(new Option('--format <format>', 'the language of the drawing').choices(['mermaid', 'dot', 'json']).default('mermaid'))
    .option('--param <id=value>', 'a parameter value; again for more', collectParameter)
    .addHelpText('after', help)
    .action(async (file: string, { param = {}, ...options }: Options) => {
      const { showGraph } = await import('./graph/show-graph.ts')
      done(await showGraph(file, { values: param, ...options }, terminal))
    })
}

const help = `
Examples:
  sluice graph pipelines/examples/flights.yaml
  sluice graph --format dot nightly.yaml | dot -Tsvg > nightly.svg`
