import type * as Sdk from '@aws-sdk/client-data-pipeline'
import type { Environment } from '../aws-settings.ts'
import type { AwsDefinition, AwsField, AwsPipeline, DataPipelines } from '../data-pipeline.ts'
import { explain, type Question } from './data-pipeline-error.ts'

export interface DataPipelineSettings {
  /** Absent: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's. */
  readonly region?: string
  /** Absent: `AWS_ENDPOINT_URL_DATA_PIPELINE`, `AWS_ENDPOINT_URL`, the profile's, or AWS itself. */
  readonly endpoint?: string
  readonly env: Environment
}

/** AWS lets one call a second pass once its burst of 100 is used up; this many tries wait that long. */
const maxAttempts = 8

/** AWS Data Pipeline through the AWS SDK, which is loaded on first use and finds credentials as it always does. */
export function openDataPipelines({ region, endpoint, env }: DataPipelineSettings): DataPipelines {
  const named = region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined)
  const elsewhere = endpoint ?? (env['AWS_ENDPOINT_URL_DATA_PIPELINE'] || env['AWS_ENDPOINT_URL'] || undefined)
  const place = elsewhere ?? named ?? 'the region of the AWS profile'
  let opened: Promise<{ sdk: typeof Sdk; client: Sdk.DataPipelineClient }> | undefined
  const open = () => (opened ??= load())
  const load = async () => {
    const sdk = await import('@aws-sdk/client-data-pipeline')
    // only AWS itself is in a region: elsewhere any name will do to sign with
    const client = new sdk.DataPipelineClient({ region: named ?? (elsewhere && 'us-east-1'), endpoint, maxAttempts })
    return { sdk, client }
  }

  return {
    async *list() {
      try {
        const { sdk, client } = await open()
        for (let marker: string | undefined; ;) {
          const page: Sdk.ListPipelinesOutput = await client.send(new sdk.ListPipelinesCommand({ marker }))
          for (const { id = '', name = id } of page.pipelineIdList ?? []) yield { id, name }
          // some services give a marker on the last page too, which the SDK's own pages would follow for ever
          if (!page.hasMoreResults || !page.marker || page.marker === marker) return
          marker = page.marker
        }
      } catch (error) {
        throw explain(error, { doing: 'list the pipelines', place })
      }
    },

    describe: (ids) =>
      asking({ doing: `describe ${ids.join(', ')}`, pipeline: pipelineWords(ids), place }, async () => {
        const { sdk, client } = await open()
        const { pipelineDescriptionList = [] } = await client.send(new sdk.DescribePipelinesCommand({ pipelineIds: [...ids] }))
        return pipelineDescriptionList.map(readDescription)
      }),

    definition: (id, version) =>
      asking({ doing: `read the definition of ${id}`, pipeline: pipelineWords([id]), place }, async () => {
        const { sdk, client } = await open()
        return readAnswer(await client.send(new sdk.GetPipelineDefinitionCommand({ pipelineId: id, version })))
      }),

    close: () =>
      void opened?.then(
        ({ client }) => client.destroy(),
        () => {},
      ),
  }
}

async function asking<T>(question: Question, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw explain(error, question)
  }
}

function pipelineWords(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'The pipeline' : 'One of the pipelines'} ${ids.join(', ')}`
}

function readDescription({ pipelineId = '', name = pipelineId, description, fields, tags }: Sdk.PipelineDescription): AwsPipeline {
  return {
    id: pipelineId,
    name,
    description: description || undefined,
    fields: readFields(fields),
    tags: (tags ?? []).map(({ key = '', value = '' }) => ({ key, value })),
  }
}

/** An answer may lack the lists that are empty. */
function readAnswer({ pipelineObjects, parameterObjects, parameterValues }: Sdk.GetPipelineDefinitionOutput): AwsDefinition {
  return {
    objects: (pipelineObjects ?? []).map(({ id = '', name, fields }) => ({ id, name, fields: readFields(fields) })),
    parameters: (parameterObjects ?? []).map(({ id = '', attributes }) => ({ id, attributes: readFields(attributes) })),
    values: (parameterValues ?? []).map(({ id = '', stringValue = '' }) => ({ id, stringValue })),
  }
}

function readFields(fields: readonly (Sdk.Field | Sdk.ParameterAttribute)[] | undefined): AwsField[] {
  return (fields ?? []).map(({ key = '', ...value }) => ({ key, ...value }))
}
