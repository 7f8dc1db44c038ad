import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { sluice } from '../support/cli.ts'
import { homeRows, leftInWork, processesOf } from '../support/home.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { startRedis } from '../support/redis.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'

const example = 'pipelines/examples/flights.yaml'
const days = ['2001-01-01', '2001-01-02', '2001-01-03']

describe('sluice run pipelines/examples/flights.yaml', () => {
  test('on an empty home it reports every airport of every day, and twice gives the same tables', async () => {
    using home = temporaryFolder()
    for (const time of ['first', 'second']) {
      const { code, stdout, stderr } = await sluice(['run', example], { home: home.path })
      expect({ time, code, stderr }).toEqual({ time, code: 0, stderr: '' })
      expectReports(home.path, stdout)
      await expectTables(home.path)
    }
    expect(leftInWork(home.path)).toEqual([])
    await until(() => processesOf(home.path).length === 0)
  })

  test('on real PostgreSQL and Redis it does the same, and the runs are kept there', async () => {
    using home = temporaryFolder()
    await using redis = await startRedis()
    await using database = await testDatabase()
    const env = { SLUICE_REDIS_URL: redis.url, SLUICE_DATABASE_URL: database.url }
    const { code, stdout, stderr } = await sluice(['run', example], { home: home.path, env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expectReports(home.path, stdout)
    await expectTables(home.path)
    const runs = await query(
      database.connection,
      `select component_id, status, count(*)::integer as runs from sluice.instances where family = 'activity' group by 1, 2 order by 1`,
    )
    expect(runs).toEqual(['export', 'load', 'prove', 'summarise'].map((id) => ({ component_id: id, status: 'FINISHED', runs: 3 })))
  })
})

interface Flight {
  readonly flight_time: string
  readonly origin: string
  readonly delay_minutes: string
}

const flightsOf = (day: string): Flight[] => parse(readFileSync(`pipelines/examples/flights/${day}.csv`), { columns: true })

/** Airport, flights and late flights of a day, most flights first: counted here from the shipped file. */
function airportsOf(day: string): string[][] {
  const byAirport = Object.entries(Object.groupBy(flightsOf(day), ({ origin }) => origin)).map(([airport, flights = []]) => ({
    airport,
    flights: flights.length,
    late: flights.filter(({ delay_minutes }) => Number(delay_minutes) > 15).length,
  }))
  return byAirport
    .toSorted((a, b) => b.flights - a.flights || (a.airport < b.airport ? -1 : 1))
    .map(({ airport, flights, late }) => [airport, String(flights), String(late)])
}

function expectReports(home: string, stdout: string): void {
  const folder = join(home, 's3/reports/flights')
  expect(
    readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .toSorted(),
  ).toEqual(days.map((day) => `${day}.csv`))
  for (const day of days) {
    const file = join(folder, `${day}.csv`)
    const [header, ...rows] = parse(readFileSync(file))
    expect(header).toEqual(['airport', 'flights', 'late_flights', 'average_delay'])
    expect(rows.map((row) => row.slice(0, 3))).toEqual(airportsOf(day))
    expect(stdout).toContain(`${file} (${rows.length} rows)`)
    expect(readFileSync(join(home, 's3/reports/flights-proof', day, 'rows.txt'), 'utf8')).toBe(`${rows.length}\n`)
  }
}

async function expectTables(home: string): Promise<void> {
  const loaded = await homeRows<{ day: string; flights: number }>(
    home,
    'flights',
    'select flight_time::date::text as day, count(*)::integer as flights from flights group by 1 order by 1',
  )
  expect(loaded).toEqual(days.map((day) => ({ day, flights: flightsOf(day).length })))
  const summed = await homeRows<{ line: string[] }>(
    home,
    'flights',
    'select array[airport, flights::text, late_flights::text] as line from airport_delays order by day, flights desc, airport collate "C"',
  )
  expect(summed.map(({ line }) => line)).toEqual(days.flatMap(airportsOf))
}
