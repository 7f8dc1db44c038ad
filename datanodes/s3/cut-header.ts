import { PermanentError } from '../../engine/errors.ts'
import type { DelimitedEncoding } from '../../engine/data/delimited-encoding.ts'

const longestHeader = 1024 * 1024
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/** First the first record alone, without its separator and byte order mark, empty when there is none; then the bytes after it. */
export async function* cutHeader(chunks: AsyncIterable<Buffer>, encoding: DelimitedEncoding): AsyncGenerator<Buffer, void, undefined> {
  const separator = Buffer.from(encoding.recordSeparator)
  let seen: Buffer = Buffer.alloc(0)
  let cut = false
  for await (const chunk of chunks) {
    if (cut) {
      yield chunk
      continue
    }
    seen = Buffer.concat([seen, chunk])
    const end = recordEnd(seen, encoding, separator)
    if (end === -1 && seen.length > longestHeader) {
      throw new PermanentError('NoHeader', 'The first record, which should name the columns, is longer than 1 MiB.')
    }
    if (end === -1) continue
    cut = true
    yield withoutMark(seen.subarray(0, end))
    yield seen.subarray(end + separator.length)
  }
  if (!cut) yield withoutMark(seen)
}

/** Where the first separator outside quotes begins; -1 when it is not in these bytes. */
function recordEnd(bytes: Buffer, { quote, escape }: DelimitedEncoding, separator: Buffer): number {
  const [quoteByte, escapeByte] = [quote?.charCodeAt(0), escape?.charCodeAt(0)]
  let quoted = false
  for (let at = 0; at + separator.length <= bytes.length; at++) {
    if (bytes[at] === escapeByte && escapeByte !== quoteByte) at++
    else if (bytes[at] === quoteByte) quoted = !quoted
    else if (!quoted && bytes[at] === separator[0] && bytes.subarray(at, at + separator.length).equals(separator)) return at
  }
  return -1
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes
}
