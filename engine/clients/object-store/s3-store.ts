import type { S3Client } from '@aws-sdk/client-s3'
import type * as S3Sdk from '@aws-sdk/client-s3'
import { isAws, type AwsSettings } from '../aws-settings.ts'
import type { ObjectStore } from '../object-store.ts'
import { ObjectStoreError } from './object-store-error.ts'
import { regroup } from './regroup.ts'
import { explain, isNotFound } from './s3-errors.ts'
import { upload } from './s3-upload.ts'
import { formatS3Uri, parseS3Object, parseS3Uri } from './s3-uri.ts'

/** The largest object that CopyObject takes. */
const largestCopy = 5 * 1024 ** 3

/** Any S3 endpoint, through the AWS SDK, which is loaded on first use. */
export function createS3Store(settings: AwsSettings): ObjectStore & { close(): Promise<void> } {
  let opened: Promise<Opened> | undefined
  const open = () => (opened ??= openClient(settings))

  const store: ObjectStore = {
    async head(uri) {
      const { bucket, key } = parseS3Object(uri)
      const { client, sdk } = await open()
      try {
        const { ContentLength, ETag } = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }))
        return { uri, size: ContentLength ?? 0, etag: ETag }
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw explain(error, 'look at', uri)
      }
    },

    async *list(prefix) {
      const { bucket, key } = parseS3Uri(prefix)
      const { client, sdk } = await open()
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: key })
      try {
        for await (const { Contents } of pages) {
          for (const { Key, Size, ETag } of Contents ?? []) yield { uri: formatS3Uri({ bucket, key: Key! }), size: Size ?? 0, etag: ETag }
        }
      } catch (error) {
        throw explain(error, 'list', prefix)
      }
    },

    async *read(uri, signal) {
      const { bucket, key } = parseS3Object(uri)
      const { client, sdk } = await open()
      let received = 0
      try {
        const { Body, ContentLength } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal })
        for await (const chunk of regroup(Body as AsyncIterable<Uint8Array>, () => 256 * 1024)) {
          signal?.throwIfAborted()
          received += chunk.length
          yield chunk
        }
        if (ContentLength !== undefined && received !== ContentLength)
          throw new ObjectStoreError('CutShort', `${uri} ended after ${received} of ${ContentLength} bytes.`)
      } catch (error) {
        throw explain(error, 'read', uri, signal)
      }
    },

    async write(uri, chunks, options = {}) {
      const { bucket, key } = parseS3Object(uri)
      const { client, sdk } = await open()
      const target = { Bucket: bucket, Key: key, ContentType: options.contentType, ServerSideEncryption: encryption(options) }
      return { uri, size: await upload(explaining(client, 'write', uri, options.signal), sdk, target, chunks, options) }
    },

    async copy(from, to, options = {}) {
      const source = parseS3Object(from)
      const { bucket, key } = parseS3Object(to)
      const facts = await store.head(from)
      if (!facts) throw new ObjectStoreError('NotFound', `${from} is not there.`)
      if (facts.size > largestCopy) return store.write(to, store.read(from, options.signal), options)
      const { client, sdk } = await open()
      await options.publish?.()
      try {
        const CopySource = [source.bucket, ...source.key.split('/')].map(encodeURIComponent).join('/')
        const command = new sdk.CopyObjectCommand({ Bucket: bucket, Key: key, CopySource, ServerSideEncryption: encryption(options) })
        const { CopyObjectResult } = await client.send(command, { abortSignal: options.signal })
        return { uri: to, size: facts.size, etag: CopyObjectResult?.ETag }
      } catch (error) {
        throw explain(error, `copy ${from} to`, to, options.signal)
      }
    },

    async delete(uri) {
      const { bucket, key } = parseS3Object(uri)
      const { client, sdk } = await open()
      try {
        await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }))
      } catch (error) {
        throw explain(error, 'delete', uri)
      }
    },
  }
  return { ...store, close: async () => (await opened)?.client.destroy() }
}

interface Opened {
  readonly sdk: typeof S3Sdk
  readonly client: S3Client
}

async function openClient(settings: AwsSettings): Promise<Opened> {
  const sdk = await import('@aws-sdk/client-s3')
  // the checksum trailers that the SDK adds by default are stored as data by stores that do not know them
  const checksums = isAws(settings) ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED'
  const client = new sdk.S3Client({
    ...settings,
    forcePathStyle: !isAws(settings),
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    maxAttempts: 5,
  })
  return { sdk, client }
}

/** The client with its own errors in words. Those of the source and of `publish` stay what they are. */
function explaining(client: S3Client, doing: string, uri: string, signal?: AbortSignal): Pick<S3Client, 'send'> {
  const send = (...request: Parameters<S3Client['send']>) =>
    Promise.resolve(client.send(...request)).catch((error: unknown) => {
      throw explain(error, doing, uri, signal)
    })
  return { send: send as S3Client['send'] }
}

function encryption({ serverSideEncryption }: { readonly serverSideEncryption?: boolean }): 'AES256' | undefined {
  return serverSideEncryption ? 'AES256' : undefined
}
