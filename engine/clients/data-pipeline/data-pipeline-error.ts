import { SluiceError } from '../../errors.ts'

/** Why AWS Data Pipeline did not answer as asked: a sentence and a way out. */
export class DataPipelineError extends SluiceError {
  override readonly name = 'DataPipelineError'
  /** Whether it is about the pipelines that were asked for; everything else would happen to any other pipeline too. */
  readonly ofPipeline: boolean

  constructor(message: string, options: { exitCode: 2 | 3; hint?: string; cause: unknown; ofPipeline?: boolean }) {
    super(message, options)
    this.ofPipeline = options.ofPipeline ?? false
  }
}

/** What was asked, for the sentences. */
export interface Question {
  /** `list the pipelines`, `read the definition of df-1`. */
  readonly doing: string
  /** The pipelines it is about, in words; absent when it is about the account. */
  readonly pipeline?: string
  /** The region or endpoint that was asked. */
  readonly place: string
}

/** An SDK's error as a sentence. */
export function explain(error: unknown, { doing, pipeline, place }: Question): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, code = '', $metadata } = error as SdkError
  const because = (exitCode: 2 | 3, sentence: string, hint?: string, ofPipeline = false): DataPipelineError =>
    new DataPipelineError(sentence, { exitCode, hint, cause: error, ofPipeline: ofPipeline && pipeline !== undefined })

  if (/^(PipelineNotFound|PipelineDeleted)Exception$/.test(name)) {
    const gone = name === 'PipelineDeletedException' ? 'has been deleted' : 'is not there'
    return because(2, `${pipeline} ${gone} (${place}).`, 'See which there are: sluice import aws. Another region: --region.', true)
  }
  if (name === 'InvalidRequestException' || name === 'ValidationException') {
    return because(2, `AWS refuses to ${doing}: ${sentence(message)}`, 'Pipeline ids look like df-04654872H25YEAGKG08Q.', true)
  }
  if (/^AccessDenied/.test(name)) {
    const hint = 'Allow datapipeline:ListPipelines, DescribePipelines and GetPipelineDefinition to these credentials.'
    return because(2, `No permission to ${doing} (${place}): ${sentence(message)}`, hint, true)
  }
  if (
    /^(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|ExpiredToken|InvalidClientTokenId)/.test(name)
  ) {
    const hint = 'Look at the access key: aws sts get-caller-identity. A session may have ended: aws sso login.'
    return because(2, `${place} does not accept the AWS credentials: ${sentence(message)}`, hint)
  }
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    const hint = 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or begin a session: aws sso login.'
    return because(2, `There are no AWS credentials to ${doing}: ${sentence(message)}`, hint)
  }
  if (message === 'Region is missing') {
    return because(2, 'No AWS region is named.', 'Say --region eu-west-1, or set AWS_REGION.')
  }
  if (/^Region not accepted/.test(message)) return because(2, sentence(message), 'Say --region eu-west-1, for example.')
  if (/^(Throttling|TooManyRequests|RequestLimitExceeded)/.test(name)) {
    return because(3, `AWS still throttles after ${$metadata?.attempts ?? 'several'} tries to ${doing}.`, 'Try again later.', true)
  }
  if (code !== '' || name === 'TimeoutError') {
    return because(3, `AWS Data Pipeline cannot be reached to ${doing} (${place}): ${sentence(message || code)}`, unreachableHint)
  }
  if (name === 'SyntaxError') {
    const status = $metadata?.httpStatusCode === undefined ? '' : ` (HTTP ${$metadata.httpStatusCode})`
    return because(3, `What answers at ${place} is not AWS Data Pipeline${status}.`, 'Look at --endpoint-url and AWS_ENDPOINT_URL.')
  }
  return because(3, `AWS failed to ${doing} (${place}): ${name}: ${sentence(message)}`, 'Try again later.', true)
}

const unreachableHint =
  'Look at --region and --endpoint-url: AWS Data Pipeline is in us-east-1, us-west-2, eu-west-1, ap-northeast-1 and ap-southeast-2 only.'

interface SdkError extends Error {
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number }
}

/** One line that ends as a sentence does. */
function sentence(message: string): string {
  const [line = ''] = message.trim().split('\n')
  return line === '' ? 'no reason is given.' : line.replace(/\.?$/, '.')
}
