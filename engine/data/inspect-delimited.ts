import { PermanentError } from '../errors.ts'
import type { Column } from '../spec/data-node.ts'
import { verifierOf } from './cell-conversion.ts'
import type { DelimitedEncoding } from './delimited-encoding.ts'

/** The same chunks, after the values of those columns were looked at that the database would round or cut without a word. Nothing
 *  is decoded but these values. Quotes are taken as PostgreSQL's COPY takes them, and separators are single bytes.
 *  @throws PermanentError that names row and column */
export async function* inspectDelimited(
  chunks: AsyncIterable<Buffer>,
  encoding: DelimitedEncoding,
  columns: readonly Column[],
): AsyncGenerator<Buffer> {
  const inspect = inspector(encoding, columns)
  for await (const chunk of chunks) {
    inspect(chunk)
    yield chunk
  }
  inspect(Buffer.from('\n')) // the last record may lack its end
}

function inspector({ columnSeparator, quote = '"', header }: DelimitedEncoding, columns: readonly Column[]): (chunk: Buffer) => void {
  const verify = columns.map(({ type }) => verifierOf(type))
  const separator = columnSeparator.charCodeAt(0)
  const quoteCode = quote.charCodeAt(0)
  let row = header ? 0 : 1
  let column = 0
  let isQuoted = false
  let begun = '' // a value whose end is in the next chunk

  function look(value: string): void {
    const wanted = columns[column]!
    const text = value.startsWith(quote) ? value.slice(1).replace(/"\r?$/, '') : value
    try {
      verify[column]!(text)
    } catch (error) {
      throw new PermanentError(
        'ValueDoesNotFit',
        `Row ${row}, column ${wanted.name}: "${text.slice(0, 60)}" ${(error as Error).message} (${wanted.type}).`,
      )
    }
  }

  return (chunk) => {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const code = chunk[at]
      if (code === quoteCode) isQuoted = !isQuoted
      else if (!isQuoted && (code === separator || code === 10)) {
        if (row > 0 && verify[column]) look(begun + chunk.toString('latin1', start, at))
        begun = ''
        start = at + 1
        if (code === separator) column++
        else {
          column = 0
          row++
        }
      }
    }
    begun = verify[column] && row > 0 ? begun + chunk.toString('latin1', start) : ''
  }
}
