import type { AwsPipeline, DataPipelines } from '../../clients/data-pipeline.ts'
import { DataPipelineError } from '../../clients/data-pipeline/data-pipeline-error.ts'
import { SluiceError } from '../../errors.ts'

/** Which pipelines a person means: by id, by a pattern of names in which `*` and `?` stand for any text and any sign, or all. */
export interface Choice {
  readonly ids: readonly string[]
  readonly name?: string
  readonly all: boolean
}

/** A pipeline, or why there is none for an id. */
export type Found = { readonly pipeline: AwsPipeline } | { readonly id: string; readonly error: SluiceError }

/** The ids that are meant, each once: those named first, then the account's in its order. */
export async function chosenIds({ ids, name, all }: Choice, aws: DataPipelines): Promise<string[]> {
  const chosen = new Set(ids)
  if (!all && name === undefined) return [...chosen]
  const pattern = name === undefined ? /^/ : globPattern(name)
  let matches = 0
  for await (const pipeline of aws.list()) {
    if (!pattern.test(pipeline.name)) continue
    matches++
    chosen.add(pipeline.id)
  }
  if (matches === 0 && name !== undefined) {
    const hint = 'See which there are: sluice import aws. In a pattern * stands for any text: --name "nightly-*".'
    throw new SluiceError(`No pipeline's name is ${name}.`, { exitCode: 2, hint })
  }
  return [...chosen]
}

/** As many as AWS takes in one call. */
const batch = 25

/** What AWS knows of each pipeline, in the order of the ids. One that AWS does not know does not hide the others. */
export async function* describePipelines(ids: readonly string[], aws: DataPipelines): AsyncGenerator<Found> {
  for (let from = 0; from < ids.length; from += batch) yield* describeBatch(ids.slice(from, from + batch), aws)
}

/** A call fails whole when one of its ids does: then each is asked for alone. */
async function* describeBatch(ids: readonly string[], aws: DataPipelines): AsyncGenerator<Found> {
  try {
    const described = new Map((await aws.describe(ids)).map((pipeline) => [pipeline.id, pipeline]))
    for (const id of ids) yield found(id, described.get(id))
  } catch (error) {
    if (!(error instanceof DataPipelineError) || !error.ofPipeline) throw error
    const [only = ''] = ids
    if (ids.length === 1) yield { id: only, error }
    else for (const id of ids) yield* describeBatch([id], aws)
  }
}

function found(id: string, pipeline: AwsPipeline | undefined): Found {
  return pipeline ? { pipeline } : { id, error: new SluiceError(`AWS answers nothing about the pipeline ${id}.`, { exitCode: 2 }) }
}

function globPattern(glob: string): RegExp {
  const source = glob
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 'su')
}
