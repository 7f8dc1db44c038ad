import { ObjectStoreError } from './object-store/object-store-error.ts'

/** Whether a service refused because of who asked: missing or wrong credentials, or no right to it. What caused an error counts too. */
export function isAccessError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof ObjectStoreError) return error.code === 'NoPermission'
  const { code, name, $metadata } = error as Error & { code?: unknown; $metadata?: { httpStatusCode?: number } }
  if (typeof code === 'string' && refusals.test(code)) return true
  if (name === 'CredentialsProviderError' || $metadata?.httpStatusCode === 401 || $metadata?.httpStatusCode === 403) return true
  return isAccessError(error.cause)
}

/** PostgreSQL's classes for a login and for a missing right, MySQL's, and those of the operating system. */
const refusals = /^(28\w{3}|42501|ER_(ACCESS|DBACCESS|TABLEACCESS|COLUMNACCESS|SPECIFIC_ACCESS)_DENIED_ERROR|EACCES|EPERM)$/
