/** What an AWS SDK client is opened with; what is absent is the SDK's own default. */
export interface AwsSettings {
  /** Absent: AWS itself. */
  readonly endpoint?: string
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
}

export type Environment = Readonly<Record<string, string | undefined>>

/** Variables that say where credentials are, for the SDK to read them itself. */
const credentialSources = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]

/** Settings of one service's client from the usual `AWS_*` variables, or undefined when they name neither an endpoint nor credentials:
 *  then the embedded stand-in serves. The role of an EC2 machine is not in its environment: set `AWS_PROFILE=default` there.
 *  @see AWS SDKs and Tools Reference Guide, "Service-specific endpoints" */
export function awsSettings(env: Environment, service: 'S3' | 'SNS'): AwsSettings | undefined {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'] || undefined
  if (!endpoint && !credentialSources.some((name) => env[name])) return undefined
  return { endpoint, region: region(env, endpoint), credentials: keys(env) }
}

/** Whether the endpoint is AWS's own, where the newest checksums are understood. */
export function isAws({ endpoint }: AwsSettings): boolean {
  return endpoint === undefined || /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
}

/** A profile brings its own region; anything else needs one to sign with. */
function region(env: Environment, endpoint: string | undefined): string | undefined {
  const named = env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined
  return named ?? (env['AWS_PROFILE'] && !endpoint ? undefined : 'us-east-1')
}

function keys(env: Environment): AwsSettings['credentials'] {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined } : undefined
}
