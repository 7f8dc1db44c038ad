import type { WriteOptions } from '../../engine/clients/object-store.ts'
import type { ObjectContext } from '../../engine/spec/index.ts'
import type { S3Fields } from './s3-fields.ts'

/** How every object of the node is written: fenced, and encrypted unless the node says NONE. */
export function writeOptions({ s3EncryptionType }: S3Fields, { signal, instance, checkFence }: ObjectContext): WriteOptions {
  return { signal, attemptKey: instance.attemptKey, publish: checkFence, serverSideEncryption: s3EncryptionType !== 'NONE' }
}
