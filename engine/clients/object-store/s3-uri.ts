import { ObjectStoreError } from './object-store-error.ts'

/** A bucket and a key; the key of a bare `s3://bucket` is empty. */
export interface S3Location {
  readonly bucket: string
  readonly key: string
}

/** The parts of `s3://bucket/key`; Hadoop's `s3a:` and `s3n:` mean the same. Nothing is decoded: `%2e` in a key is those three characters.
 *  @throws ObjectStoreError for anything else */
export function parseS3Uri(uri: string): S3Location {
  const match = /^s3[an]?:\/\/([A-Za-z0-9][A-Za-z0-9._-]{0,254})(?:\/(.*))?$/s.exec(uri)
  if (!match) throw new ObjectStoreError('Invalid', `${JSON.stringify(uri)} is not an S3 URI such as s3://bucket/key.`)
  const key = match[2] ?? ''
  if (Buffer.byteLength(key) > 1024)
    throw new ObjectStoreError('Invalid', `The key of ${uri.slice(0, 80)}… is longer than S3's 1,024 bytes.`)
  return { bucket: match[1]!, key }
}

/** The same for one object, whose key cannot be empty. */
export function parseS3Object(uri: string): S3Location {
  const location = parseS3Uri(uri)
  if (location.key === '') throw new ObjectStoreError('Invalid', `${uri} names a bucket, not an object: a key must follow.`)
  return location
}

export function formatS3Uri({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`
}
