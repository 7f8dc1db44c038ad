import { expect, test } from 'vitest'
import { isAccessError } from '../../engine/clients/access-error.ts'
import { ObjectStoreError } from '../../engine/clients/object-store/object-store-error.ts'
import { explain } from '../../engine/clients/object-store/s3-errors.ts'
import { explainSqlError } from '../../engine/clients/sql-errors.ts'

const withFields = (fields: object, message = 'no'): Error => Object.assign(new Error(message), fields)

test.each([
  ['S3 says 403', explain(withFields({ name: 'Forbidden', $metadata: { httpStatusCode: 403 } }), 'read', 's3://b/k')],
  ['there are no credentials', explain(withFields({ name: 'CredentialsProviderError' }), 'read', 's3://b/k')],
  ['a folder is not readable', withFields({ code: 'EACCES' })],
  ['PostgreSQL refuses the password', explainSqlError(withFields({ code: '28P01' }), 'shop')],
  ['PostgreSQL refuses the table', explainSqlError(withFields({ code: '42501' }), 'shop')],
  ['MySQL refuses the user', explainSqlError(withFields({ code: 'ER_ACCESS_DENIED_ERROR', sqlState: '28000' }), 'shop')],
])('%s: an access error', (_, error) => {
  expect(isAccessError(error)).toBe(true)
})

test.each([
  ['the object is not there', new ObjectStoreError('NotFound', 's3://b/k is not there.')],
  ['S3 cannot be reached', explain(withFields({ code: 'ECONNREFUSED' }), 'read', 's3://b/k')],
  ['a table is missing', explainSqlError(withFields({ code: '42P01' }), 'shop')],
  ['a bare message', new Error('access denied')],
  ['no error at all', 'denied'],
])('%s: no access error', (_, error) => {
  expect(isAccessError(error)).toBe(false)
})
