import { Readable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

const chunkSize = 256 * 1024

/** The bytes compressed. */
export function gzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return through(chunks, createGzip({ chunkSize }))
}

/** The bytes that were compressed, of any number of members one after another. Rejects when the end is missing. */
export function gunzip(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  return through(chunks, createGunzip({ chunkSize }))
}

async function* through(chunks: AsyncIterable<Buffer>, transform: Transform): AsyncGenerator<Buffer> {
  const flow = pipeline(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }), transform)
  // a failure also ends the loop below, which is where it is reported
  flow.catch(() => {})
  yield* transform as AsyncIterable<Buffer>
  await flow
}
