import type { AwsPipeline, DataPipelines } from '../../clients/data-pipeline.ts'
import type { Terminal } from '../terminal.ts'
import { renderTable } from '../view/render-table.ts'
import { oneLine } from '../view/render-tree.ts'
import { chosenIds, describePipelines, type Choice } from './find-pipelines.ts'
import { exitCodeOf, type Failed } from './outcome.ts'
import { pipelineFacts } from './pipeline-facts.ts'

/** Prints the pipelines of the account, or those chosen, so that a person can choose. Resolves to the exit code. */
export async function listPipelines(
  choice: Choice,
  aws: DataPipelines,
  json: boolean,
  terminal: Pick<Terminal, 'print' | 'note'>,
): Promise<number> {
  const pipelines: AwsPipeline[] = []
  const failures: Failed[] = []
  for await (const found of describePipelines(await chosenIds(choice, aws), aws)) {
    if ('pipeline' in found) pipelines.push(found.pipeline)
    else failures.push({ kind: 'failed', origin: found.id, error: found.error })
  }
  for (const { error } of failures) terminal.note(`failed ${error.message}${error.hint ? `\n  hint: ${error.hint}` : ''}`)
  if (json) for (const pipeline of pipelines) terminal.print(JSON.stringify(listed(pipeline)))
  else show(pipelines, failures.length > 0, terminal)
  return exitCodeOf(failures)
}

function show(pipelines: readonly AwsPipeline[], failed: boolean, { print, note }: Pick<Terminal, 'print' | 'note'>): void {
  if (pipelines.length === 0) {
    if (!failed) note('There are no pipelines in this account and region. Another region: --region eu-west-1.')
    return
  }
  const rows = pipelines.map((pipeline) => [
    pipeline.id,
    oneLine(pipeline.name),
    fact(pipeline, '@pipelineState'),
    fact(pipeline, '@healthStatus'),
    fact(pipeline, '@latestRunTime'),
  ])
  renderTable(['PIPELINE', 'NAME', 'STATE', 'HEALTH', 'LAST RUN (UTC)'], rows).forEach(print)
  note('Import some or all: sluice import aws PIPELINE_ID... --output DIR, or --all --output DIR')
}

function listed(pipeline: AwsPipeline): object {
  const { id, name, description, tags } = pipeline
  const state = Object.fromEntries(pipelineFacts(pipeline).flatMap(({ of, name: key, text }) => (of === 'pipeline' ? [[key, text]] : [])))
  return { pipeline: id, name, description, state, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) }
}

/** Empty when AWS does not say: a pipeline that never ran has no last run. */
function fact({ fields }: AwsPipeline, key: string): string {
  return fields.find((field) => field.key === key)?.stringValue ?? ''
}
