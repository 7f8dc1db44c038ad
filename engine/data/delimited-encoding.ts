import type { ByteEncoding } from '../spec/data-node.ts'
import type { FormatDialect } from '../spec/handles.ts'

/** Text records: fields between separators, quoted or escaped where they must be. */
export type DelimitedEncoding = Extract<ByteEncoding, { name: 'delimited' }>

/** How a data format's records are laid out. In CSV an unquoted empty field is NULL and `""` is empty text;
 *  in TSV NULL is `\N` and an empty field is empty text. Both quote with `"` what would otherwise be misread.
 *  @see AWS Data Pipeline Developer Guide, "CSV Data Format", "TSV Data Format", "CopyActivity" */
export function delimitedEncoding({ encoding, columnSeparator, recordSeparator, escapeChar, header }: FormatDialect): DelimitedEncoding {
  return {
    name: 'delimited',
    columnSeparator,
    recordSeparator,
    quote: '"',
    escape: escapeChar,
    header,
    nullText: encoding === 'csv' ? '' : '\\N',
  }
}

/** Whether bytes in one layout can be taken as bytes in the other without a change. */
export function sameEncoding(a: ByteEncoding, b: ByteEncoding): boolean {
  if (a.name !== 'delimited' || b.name !== 'delimited') return a.name === b.name
  return (
    a.columnSeparator === b.columnSeparator &&
    a.recordSeparator === b.recordSeparator &&
    a.quote === b.quote &&
    a.escape === b.escape &&
    a.header === b.header &&
    a.nullText === b.nullText
  )
}
