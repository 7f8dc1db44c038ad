import { SluiceError } from '../../errors.ts'

/** Why AWS Data Pipeline did not answer as asked: a sentence and a way out. */
export class DataPipelineError extends SluiceError {
  override readonly name = 'DataPipelineError'
  /** Whether it is about the pipelines that were asked for; everything else would happen to any other pipeline too. */
  readonly ofPipeline: boolean

  constructor(message: string, options: { exitCode: 2 | 3; hint: string; cause: unknown; ofPipeline: boolean }) {
    super(message, options)
    this.ofPipeline = options.ofPipeline
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
export function explain(error: unknown, question: Question): unknown {
  if (!(error instanceof Error)) return error
  const { exitCode, say, hint, ofPipeline = false } = causes.find(({ is }) => is(error)) ?? anyOther
  return new DataPipelineError(say(question, error), {
    exitCode,
    hint,
    cause: error,
    ofPipeline: ofPipeline && question.pipeline !== undefined,
  })
}

interface SdkError extends Error {
  /** Of errors of the connection. */
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number }
}

interface Cause {
  is(error: SdkError): boolean
  readonly exitCode: 2 | 3
  say(question: Question, error: SdkError): string
  readonly hint: string
  readonly ofPipeline?: boolean
}

/** The first that fits is the cause.
 *  @see AWS Data Pipeline API Reference, "Common Errors" */
const causes: readonly Cause[] = [
  {
    is: named(/^Pipeline(NotFound|Deleted)Exception$/),
    exitCode: 2,
    say: ({ pipeline, place }, { name }) =>
      `${pipeline} ${name === 'PipelineDeletedException' ? 'has been deleted' : 'is not there'} (${place}).`,
    hint: 'See which there are: sluice import aws. Another region: --region.',
    ofPipeline: true,
  },
  {
    is: named(/^(InvalidRequest|Validation)Exception$/),
    exitCode: 2,
    say: ({ doing }, { message }) => `AWS refuses to ${doing}: ${sentence(message)}`,
    hint: 'Pipeline ids look like df-04654872H25YEAGKG08Q.',
    ofPipeline: true,
  },
  {
    is: named(/^AccessDenied/),
    exitCode: 2,
    say: ({ doing, place }, { message }) => `No permission to ${doing} (${place}): ${sentence(message)}`,
    hint: 'Allow datapipeline:ListPipelines, DescribePipelines and GetPipelineDefinition to these credentials.',
    ofPipeline: true,
  },
  {
    is: named(/^(UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|ExpiredToken|InvalidClientTokenId)/),
    exitCode: 2,
    say: ({ place }, { message }) => `${place} does not accept the AWS credentials: ${sentence(message)}`,
    hint: 'Look at the access key: aws sts get-caller-identity. A session may have ended: aws sso login.',
  },
  {
    is: named(/^(Credentials|Token)ProviderError$/),
    exitCode: 2,
    say: ({ doing }, { message }) => `There are no AWS credentials to ${doing}: ${sentence(message)}`,
    hint: 'Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or begin a session: aws sso login.',
  },
  {
    is: ({ message }) => message === 'Region is missing',
    exitCode: 2,
    say: () => 'No AWS region is named.',
    hint: 'Say --region eu-west-1, or set AWS_REGION.',
  },
  {
    is: ({ message }) => message.startsWith('Region not accepted'),
    exitCode: 2,
    say: (_question, { message }) => sentence(message),
    hint: 'Say --region eu-west-1, for example.',
  },
  {
    is: named(/^(Throttl|TooManyRequests|RequestLimitExceeded)/),
    exitCode: 3,
    say: ({ doing }, { $metadata }) => `AWS still throttles after ${$metadata?.attempts ?? 'several'} tries to ${doing}.`,
    hint: 'Try again later: AWS allows about one call a second.',
    ofPipeline: true,
  },
  {
    is: ({ name, code }) => code !== undefined || name === 'TimeoutError',
    exitCode: 3,
    say: ({ doing, place }, { message, code = '' }) =>
      `AWS Data Pipeline cannot be reached to ${doing} (${place}): ${sentence(message || code)}`,
    hint: 'Look at --region and --endpoint-url: AWS has it in us-east-1, us-west-2, eu-west-1, ap-northeast-1 and ap-southeast-2 only.',
  },
  {
    is: named(/^SyntaxError$/), // of the answer
    exitCode: 3,
    say: ({ place }, { $metadata }) => `What answers at ${place} is not AWS Data Pipeline (HTTP ${$metadata?.httpStatusCode}).`,
    hint: 'Look at --endpoint-url and AWS_ENDPOINT_URL.',
  },
]

const anyOther: Cause = {
  is: () => true,
  exitCode: 3,
  say: ({ doing, place }, { name, message }) => `AWS failed to ${doing} (${place}): ${name}: ${sentence(message)}`,
  hint: 'Try again later.',
  ofPipeline: true,
}

function named(pattern: RegExp): Cause['is'] {
  return ({ name }) => pattern.test(name)
}

/** One line that ends as a sentence does. */
function sentence(message: string): string {
  const [line = ''] = message.trim().split('\n')
  return line === '' ? 'no reason is given.' : line.replace(/\.?$/, '.')
}
