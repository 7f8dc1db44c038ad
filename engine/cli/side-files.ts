import { Option, type Command } from 'commander'
import type { PipelineDefinition } from '../definition/pipeline-definition.ts'
import { readDefinition, type ReadDefinition } from '../definition/read-definition.ts'
import { readText } from './read-text.ts'

/** Files beside a definition that hold its parameters, as AWS's CLI takes them. */
export interface SideFiles {
  /** A file of parameter objects: `{"parameters": [...]}`. */
  readonly parameterObjects?: string
  /** A file of values: `{"values": {...}}`. */
  readonly parameterValuesUri?: string
}

/** Adds the options of AWS's CLI for parameters in files of their own. */
export function addSideFiles(command: Command): Command {
  return command
    .addOption(new Option('--parameter-objects <file>', 'parameter objects, in place of those in the definition'))
    .addOption(new Option('--parameter-values-uri <file>', 'parameter values, in place of those in the definition'))
}

/** The definition with the parameters and values of the side files in place of its own: as with AWS's CLI, nothing is merged. Throws a
 *  SluiceError for a file that cannot be read. */
export function withSideFiles(read: ReadDefinition, { parameterObjects, parameterValuesUri }: SideFiles): ReadDefinition {
  if (!read.definition) return read
  const parameters = readSide(parameterObjects)
  const values = readSide(parameterValuesUri)
  const definition: PipelineDefinition = {
    ...read.definition,
    ...(parameters?.definition && { parameters: parameters.definition.parameters }),
    ...(values?.definition && { values: values.definition.values, secretValues: values.definition.secretValues }),
  }
  return { ...read, definition, diagnostics: [...read.diagnostics, ...(parameters?.diagnostics ?? []), ...(values?.diagnostics ?? [])] }
}

function readSide(place: string | undefined): ReadDefinition | undefined {
  if (place === undefined) return undefined
  const file = place.replace(/^file:\/\//, '')
  return readDefinition(readText(file), file)
}
