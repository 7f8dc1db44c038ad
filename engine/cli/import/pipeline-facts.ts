import type { AwsPipeline } from '../../clients/data-pipeline.ts'
import type { DefinitionForm } from '../../definition/pipeline-definition.ts'
import { changed, fateLabel, kept, notSupported, type FieldFate } from '../../definition/import/fate.ts'
import { quote } from '../../definition/write-json.ts'
import type { ImportSource } from './import-source.ts'

/** What AWS says of a pipeline and no definition has a place for: id, state and tags, each as a name and a text. */
export function pipelineFacts({ id, fields, tags }: AwsPipeline): { of: 'pipeline' | 'tag'; name: string; text: string }[] {
  const own = [...Map.groupBy(fields, ({ key }) => key)].filter(([key]) => !['@id', 'name', 'description'].includes(key))
  return [
    { of: 'pipeline', name: 'pipelineId', text: id },
    ...own.map(([name, values]) => ({
      of: 'pipeline' as const,
      name,
      text: values.map(({ stringValue, refValue }) => stringValue ?? refValue ?? '').join(', '),
    })),
    ...tags.map(({ key, value }) => ({ of: 'tag' as const, name: key, text: value })),
  ]
}

/** Comments for the top of a YAML file that keep those facts and name what was left out. Each is one line whatever the text. */
export function headComments(pipeline: AwsPipeline | undefined, leftOut: readonly FieldFate[]): string {
  const facts = pipeline ? pipelineFacts(pipeline) : []
  const lines = [
    ...facts.map(({ of, name, text }) => `${of === 'tag' ? 'tag ' : ''}${oneLine(name)}: ${oneLine(text)}`),
    ...leftOut.map((fate) => `left out: ${oneLine(fateLabel(fate))}: ${fate.why}`),
  ]
  return ['Imported from AWS Data Pipeline.', ...lines].map((line) => `# ${line}\n`).join('')
}

/** The fates of the pipeline's own fields and tags, and of what else stands in a file. */
export function factFates({ description, pipeline, surplus = [] }: ImportSource, to: DefinitionForm): FieldFate[] {
  const fate =
    to === 'yaml'
      ? changed('A comment at the top of the file: a definition has no place for it.')
      : notSupported('Only in this report: a definition has no place for it, and JSON has no comments.')
  const facts = pipeline ? pipelineFacts(pipeline) : []
  return [
    { of: 'pipeline', id: '', field: 'name', ...kept },
    ...(description === undefined ? [] : [{ of: 'pipeline', id: '', field: 'description', ...kept } as const]),
    ...facts.map(({ of, name: key }): FieldFate =>
      of === 'tag' ? { of, id: key, field: '', ...fate } : { of, id: '', field: key, ...fate },
    ),
    ...surplus.map((path): FieldFate => ({ of: 'file', id: '', field: path, ...notSupported('No part of a definition: left out.') })),
  ]
}

function oneLine(text: string): string {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(text) ? text : quote(text)
}
