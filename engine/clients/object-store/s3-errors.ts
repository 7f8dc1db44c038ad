import { ObjectStoreError } from './object-store-error.ts'

/** An SDK's error as a sentence: what could not be done, to what, and why. An abort stays what it was. */
export function explain(error: unknown, doing: string, uri: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof ObjectStoreError || !isSdkError(error)) return error
  const { name, message, code = '', $metadata } = error
  const options = { cause: error }
  const status = $metadata?.httpStatusCode
  if (name === 'NoSuchBucket') return new ObjectStoreError('NotFound', `The bucket of ${uri} is not there.`, options)
  if (isNotFound(error)) return new ObjectStoreError('NotFound', `${uri} is not there.`, options)
  if (status === 403 || status === 401) {
    return new ObjectStoreError(
      'NoPermission',
      `No permission to ${doing} ${uri} (${status} ${name}). Check the credentials and the bucket's policy.`,
      options,
    )
  }
  if (name === 'CredentialsProviderError') {
    return new ObjectStoreError('NoPermission', `No AWS credentials to ${doing} ${uri}: ${message}`, options)
  }
  if (name === 'TimeoutError' || /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EHOSTUNREACH)/.test(code)) {
    return new ObjectStoreError('Unreachable', `Cannot reach S3 to ${doing} ${uri}: ${message || code}`, options)
  }
  const hint = /encrypt|KMS/i.test(message) ? ' If the store has no encryption, set s3EncryptionType to NONE.' : ''
  return new ObjectStoreError('Other', `Cannot ${doing} ${uri}: ${message || name}.${hint}`, options)
}

/** Whether the SDK says that the object is not there. */
export function isNotFound(error: unknown): boolean {
  return isSdkError(error) && error.name !== 'NoSuchBucket' && (error.name === 'NoSuchKey' || error.$metadata?.httpStatusCode === 404)
}

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly code?: string
}

/** Errors of the SDK carry `$metadata`; those of the connection below it a code. */
function isSdkError(error: unknown): error is SdkError {
  return error instanceof Error && ('$metadata' in error || 'code' in error || error.name === 'CredentialsProviderError')
}
