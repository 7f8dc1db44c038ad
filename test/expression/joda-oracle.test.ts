import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ExpressionFault } from '../../engine/expression/expression-error.ts'
import { formatJoda } from '../../engine/expression/format-joda.ts'
import { functions } from '../../engine/expression/functions/index.ts'
import { knownZone } from '../../engine/expression/zone.ts'
import type { DateTime } from '../../engine/expression/index.ts'

/** One table of the fixture: what Joda-Time 2.1 gave for each row in each column. See JodaOracle.java. */
interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly [name: string, results: readonly string[]])[]
}

const tables = readTables(readFileSync(join(import.meta.dirname, '../fixtures/expression/joda-time-2.1.tsv'), 'utf8'))

describe('format prints what Joda-Time prints', () => {
  const { columns, rows } = tables.get('format')!
  const moments = columns.map(dateTime)
  test.for(rows)('"%s"', ([pattern, expected]) => {
    expect(moments.map((moment) => orError(() => formatJoda(moment, pattern)))).toEqual(expected)
  })
})

describe('functions give what Joda-Time gives', () => {
  const { columns, rows } = tables.get('function')!
  const turns = columns.map(dateTime)
  test.for(rows)('%s', ([call, expected]) => {
    const [name = '', ...amounts] = call.split(' ')
    const results = turns.map((turn) => orError(() => instantText(functions.get(name)?.apply([turn, ...amounts]))))
    expect(results).toEqual(expected.map(inRange))
  })
})

describe('clocks show what Joda-Time shows', () => {
  const { columns, rows } = tables.get('zone')!
  const instants = columns.map((text) => new Date(text))
  test.for(rows)('in the zone "%s"', ([id, expected]) => {
    const shown = instants.map((instant) => orError(() => formatJoda({ instant, zone: knownZone(id) }, 'yyyy-MM-dd HH:mm:ss ZZ ZZZ')))
    expect(shown).toEqual(expected)
  })
})

test('the tables hold some ten thousand cases', () => {
  const counts = [...tables.values()].map(({ columns, rows }) => columns.length * rows.length)
  expect(counts.every((count) => count > 900)).toBe(true)
  expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(10_000)
})

function readTables(text: string): ReadonlyMap<string, Table> {
  const read = new Map<string, Table>()
  for (const section of text.split(/^# /m).slice(1)) {
    const [name = '', header = '', ...lines] = section.replace(/\n$/, '').split('\n')
    const columns = header.split('\t').slice(1)
    read.set(name, { columns, rows: lines.map((line) => readRow(line, columns.length)) })
  }
  return read
}

/** A row that says the same everywhere says it once. */
function readRow(line: string, columns: number): [string, readonly string[]] {
  const [name = '', ...results] = line.split('\t')
  return [name, results.length === 1 ? Array<string>(columns).fill(results[0] ?? '') : results]
}

function dateTime(column: string): DateTime {
  const [zone = '', instant = ''] = column.split(' ')
  return { instant: new Date(instant), zone }
}

function instantText(value: unknown): string {
  return (value as DateTime).instant.toISOString()
}

/** Joda-Time goes on beyond the years that a field can say; there ours is an error. */
function inRange(instant: string): string {
  return /^(?!0000)\d{4}-/.test(instant) ? instant : '(error)'
}

function orError(read: () => string): string {
  try {
    return read()
  } catch (error) {
    if (error instanceof ExpressionFault) return '(error)'
    throw error
  }
}
