import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AwsDefinition, AwsPipeline } from '../../engine/clients/data-pipeline.ts'

/** A pipeline of the service, with what was saved and perhaps what was activated. */
export interface ServedPipeline extends Partial<Omit<AwsPipeline, 'id'>> {
  readonly id: string
  readonly latest?: Partial<AwsDefinition>
  readonly active?: Partial<AwsDefinition>
}

export interface Call {
  readonly operation: string
  readonly pipelineIds: readonly string[]
  readonly version?: string
}

/** An error as the service answers it: the name behind `__type`. */
export interface Refusal {
  readonly type: string
  readonly message?: string
}

export interface DataPipelineService extends AsyncDisposable {
  /** The environment that leads the AWS SDK there. */
  readonly env: Readonly<Record<string, string>>
  readonly url: string
  /** Every call so far, repeated ones too. */
  readonly calls: Call[]
}

const pageSize = 50
const mostDescribed = 25

/** AWS Data Pipeline's reading operations in AWS JSON 1.1 on a free port. `refuse` may answer any call with an error.
 *  @see spec/wire-api.md */
export async function startDataPipelines(
  pipelines: readonly ServedPipeline[],
  refuse: (call: Call, calls: readonly Call[]) => Refusal | undefined = () => undefined,
): Promise<DataPipelineService> {
  const calls: Call[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    const call = { operation, pipelineIds: body.pipelineIds ?? (body.pipelineId ? [body.pipelineId] : []), version: body.version }
    const refusal = refuse(call, [...calls])
    calls.push(call)
    const found = refusal ? failure(refusal) : operations(pipelines)[operation]?.(body)
    const { status = 200, ...said } = found ?? failure({ type: 'UnknownOperationException' })
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(said))
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
  return {
    env,
    url,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Body {
  readonly marker?: string
  readonly pipelineId?: string
  readonly pipelineIds?: readonly string[]
  readonly version?: 'latest' | 'active'
}

type Answer = Readonly<Record<string, unknown>> & { readonly status?: number }

function operations(pipelines: readonly ServedPipeline[]): Record<string, (body: Body) => Answer> {
  const find = (id: string): ServedPipeline | undefined => pipelines.find((pipeline) => pipeline.id === id)
  return {
    ListPipelines({ marker }) {
      const from = Number(marker ?? 0)
      const page = pipelines.slice(from, from + pageSize).map(({ id, name = id }) => ({ id, name }))
      const hasMoreResults = from + pageSize < pipelines.length
      return { pipelineIdList: page, hasMoreResults, ...(hasMoreResults ? { marker: String(from + pageSize) } : {}) }
    },
    DescribePipelines({ pipelineIds = [] }) {
      if (pipelineIds.length > mostDescribed) return failure({ type: 'InvalidRequestException', message: 'Too many ids' })
      const described = pipelineIds.map(find)
      if (!described.every((pipeline) => pipeline !== undefined)) return notFound
      return { pipelineDescriptionList: described.map(describe) }
    },
    GetPipelineDefinition({ pipelineId = '', version = 'latest' }) {
      const pipeline = find(pipelineId)
      if (!pipeline) return notFound
      const { objects = [], parameters = [], values = [] } = pipeline[version] ?? {}
      return { pipelineObjects: objects, parameterObjects: parameters, parameterValues: values }
    },
  }
}

function describe({ id, name = id, description, fields = [], tags = [] }: ServedPipeline): object {
  return { pipelineId: id, name, description, fields, tags }
}

/** With the namespace that AWS puts before the name. */
function failure({ type, message = 'as the test wants' }: Refusal): Answer {
  return { status: 400, __type: `com.amazon.setl.webservice#${type}`, message }
}

const notFound = failure({ type: 'PipelineNotFoundException', message: 'Pipeline with id does not exist' })

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as Body
}
