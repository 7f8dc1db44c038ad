import type { CompletedPart, PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3'
import type * as S3Sdk from '@aws-sdk/client-s3'
import type { WriteOptions } from '../object-store.ts'
import { abortable } from './abortable.ts'
import { regroup } from './regroup.ts'

/** The client as an upload needs it; what it throws is already a sentence. */
type Sender = Pick<S3Client, 'send'>
type Sdk = typeof S3Sdk
type Target = Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'ContentType' | 'ServerSideEncryption'>

/** Parts under way at once: with the one that is filling, the memory that an upload takes. */
const concurrency = 3

/** 8 MiB, doubled every 2,000 parts: 10,000 parts, the most S3 takes, hold 480 GB. */
const partSize = (index: number) => 8 * 1024 * 1024 * 2 ** Math.floor(index / 2000)

/** Uploads the chunks and resolves to their number of bytes. The object becomes visible with the last request, which waits for `publish`.
 *  Done here and not by `@aws-sdk/lib-storage`, which has no place for `publish` between the last part and the completion. */
export async function upload(
  client: Sender,
  sdk: Sdk,
  target: Target,
  chunks: AsyncIterable<Buffer>,
  options: WriteOptions,
): Promise<number> {
  const parts = regroup(abortable(chunks, options.signal), partSize)
  try {
    const first = (await parts.next()).value ?? Buffer.alloc(0)
    const second = first.length < partSize(0) ? undefined : (await parts.next()).value
    if (second) return await uploadParts(client, sdk, target, prepend([first, second], parts), options)
    await options.publish?.()
    await client.send(new sdk.PutObjectCommand({ ...target, Body: first }), { abortSignal: options.signal })
    return first.length
  } finally {
    await parts.return()
  }
}

async function uploadParts(client: Sender, sdk: Sdk, target: Target, parts: AsyncIterable<Buffer>, options: WriteOptions): Promise<number> {
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(target), { abortSignal: options.signal })
  const place = { Bucket: target.Bucket, Key: target.Key, UploadId }
  const failed = new AbortController()
  const abortSignal = options.signal ? AbortSignal.any([options.signal, failed.signal]) : failed.signal
  try {
    const { done, bytes } = await sendAll(parts, abortSignal, failed, async (Body, PartNumber) => {
      const { ETag, ChecksumCRC32 } = await client.send(new sdk.UploadPartCommand({ ...place, Body, PartNumber }), { abortSignal })
      return { ETag, ChecksumCRC32, PartNumber }
    })
    await options.publish?.()
    await client.send(new sdk.CompleteMultipartUploadCommand({ ...place, MultipartUpload: { Parts: done } }), {
      abortSignal: options.signal,
    })
    return bytes
  } catch (error) {
    await client.send(new sdk.AbortMultipartUploadCommand(place)).catch((cause: Error) => {
      throw new AggregateError([error, cause], `${message(error)} (and its parts could not be removed: ${cause.message})`, { cause: error })
    })
    throw error
  }
}

/** Sends the parts, some at once. On the first failure the others are stopped, and waited for, so that none arrives after the abort. */
async function sendAll(
  parts: AsyncIterable<Buffer>,
  signal: AbortSignal,
  failed: AbortController,
  send: (part: Buffer, number: number) => Promise<CompletedPart>,
): Promise<{ done: CompletedPart[]; bytes: number }> {
  const done: CompletedPart[] = []
  const underWay = new Set<Promise<void>>()
  let bytes = 0
  let number = 0
  try {
    for await (const part of parts) {
      bytes += part.length
      const index = number++
      const sending = send(part, index + 1).then((completed) => void (done[index] = completed))
      const tracked = sending.catch((error: unknown) => failed.abort(error)).finally(() => underWay.delete(tracked))
      underWay.add(tracked)
      if (underWay.size >= concurrency) await Promise.race(underWay)
      signal.throwIfAborted()
    }
    await Promise.all(underWay)
    signal.throwIfAborted()
    return { done, bytes }
  } catch (error) {
    failed.abort(error)
    await Promise.all(underWay)
    throw failed.signal.reason ?? error
  }
}

async function* prepend(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first
  yield* rest
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
