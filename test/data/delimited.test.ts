import fc from 'fast-check'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { delimitedEncoding, type DelimitedEncoding } from '../../engine/data/delimited-encoding.ts'
import { readDelimited, takeHeader } from '../../engine/data/delimited-reader.ts'
import { writeDelimited } from '../../engine/data/delimited-writer.ts'
import type { RowSource } from '../../engine/spec/data-node.ts'

const csv = delimitedEncoding({ encoding: 'csv', columnSeparator: ',', recordSeparator: '\n', header: false, columns: [] })
const tsv = delimitedEncoding({ encoding: 'tsv', columnSeparator: '\t', recordSeparator: '\n', header: false, columns: [] })
const layouts: DelimitedEncoding[] = [
  csv,
  tsv,
  { ...csv, escape: '\\' },
  { ...tsv, escape: '\\' },
  { ...csv, recordSeparator: '\r\n' },
  { ...csv, columnSeparator: '||', recordSeparator: '<>\n' },
  { ...tsv, quote: undefined, escape: '\\' },
]

const nasty = fc.oneof(
  fc.constantFrom(null, '', '\\N', '\\.', '"', '""', '\\', ',', '\n', '\r\n', '\r', '\uFEFF', 'NULL', ' a ', 'ünï😀', '|', '<>', 'a\\'),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '\\', 'a', '|', '\t', '<', '>') }),
)
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(nasty, { minLength: width, maxLength: width }), { maxLength: 12 }))

test('what is written is read back, cell by cell, NULL apart from empty, wherever the chunks are cut', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom(...layouts), fc.integer({ min: 1, max: 9 }), async (rows, layout, size) => {
      const bytes = await written(rows, layout)
      expect(await read(bytes, layout, size)).toEqual(rows)
    }),
    { numRuns: 1000 },
  )
})

test('records mean what csv-parse says they mean', async () => {
  const alphabet = fc.string({ unit: fc.constantFrom('"a"', '"', ',', '\n', '\r\n', 'a', '""', 'b c'), maxLength: 14 })
  await fc.assert(
    fc.asyncProperty(alphabet, fc.integer({ min: 1, max: 5 }), async (text, size) => {
      const wanted = oracle(text)
      const got = await read(Buffer.from(text), csv, size).catch(() => 'refused')
      expect(Array.isArray(got) ? got.map((row) => row.map((cell) => cell ?? '')) : got).toEqual(wanted)
    }),
    { numRuns: 3000 },
  )
})

test('a quote that is never closed is refused with the number of its record', async () => {
  await expect(read(Buffer.from('a,b\nc,"d\ne,f\n'), csv)).rejects.toThrow('Record 2 opens a quote that is never closed.')
})

test('text after a closing quote is refused at once, not at the end of the file', async () => {
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('a,b\n"c"d,e\n')
    throw new Error('was asked for more')
  }
  await expect(collect(readDelimited(endless(), csv))).rejects.toThrow('Record 2 has text after a closing quote.')
})

test('bytes that are not UTF-8 are refused, not replaced', async () => {
  await expect(read(Buffer.from([0x61, 0xff, 0x0a]), csv)).rejects.toThrow('not UTF-8')
  await expect(read(Buffer.from([0x61, 0xe2, 0x82]), csv)).rejects.toThrow('not UTF-8')
})

test('a header is left out of the rows, and taking it gives all bytes again', async () => {
  const bytes = Buffer.from('\uFEFFid,"na""me"\n1,x\n')
  expect(await read(bytes, { ...csv, header: true }, 3)).toEqual([['1', 'x']])
  const { names, chunks } = await takeHeader(cut(bytes, 4), csv)
  expect(names).toEqual(['id', 'na"me'])
  expect(Buffer.concat(await collect(chunks))).toEqual(bytes)
})

test('a record of many chunks is read in time that grows with its length only', async () => {
  const long = 'x'.repeat(4 * 1024 * 1024)
  const started = performance.now()
  expect(await read(Buffer.from(`"${long}",1\n2,3\n`), csv, 4096)).toEqual([[long, '1'], ['2', '3']]) // prettier-ignore
  expect(performance.now() - started).toBeLessThan(5000) // a rescan at each chunk takes minutes
})

function oracle(text: string): string[][] | 'refused' {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: ['\n', '\r\n'] })
  } catch {
    return 'refused'
  }
}

async function written(rows: (string | null)[][], layout: DelimitedEncoding): Promise<Buffer> {
  const columns = (rows[0] ?? []).map((_, index) => ({ name: `c${index}`, type: 'text', nullable: true }))
  const source: RowSource = { columns, open: async function* () { yield rows } } // prettier-ignore
  return Buffer.concat(await collect(writeDelimited(source, layout, new AbortController().signal)))
}

async function read(bytes: Buffer, layout: DelimitedEncoding, size = 7): Promise<unknown[][]> {
  return (await collect(readDelimited(cut(bytes, size), layout))).flat().map((row) => [...row])
}

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items)
}
