/** Makes pipelines/examples/flights/DAY.csv from flights-20k.json of the npm package vega-datasets 3.2.1:
 *  `npm pack vega-datasets@3.2.1 && tar xzf vega-datasets-3.2.1.tgz && node scripts/extract-flights.ts package/data/flights-20k.json` */
import { readFileSync, writeFileSync } from 'node:fs'

interface Flight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

const days = ['2001-01-01', '2001-01-02', '2001-01-03']
const header = 'flight_time,origin,destination,delay_minutes,distance_miles'
const source = process.argv[2]
if (source === undefined) throw new Error('Name the file to read: node scripts/extract-flights.ts package/data/flights-20k.json')

const flights = JSON.parse(readFileSync(source, 'utf8')) as Flight[]
for (const day of days) {
  const rows = flights.filter((flight) => dayOf(flight) === day).map(csvLine)
  writeFileSync(new URL(`../pipelines/examples/flights/${day}.csv`, import.meta.url), [header, ...rows, ''].join('\n'))
  console.log(`${day}: ${rows.length} flights`)
}

function csvLine({ date, origin, destination, delay, distance }: Flight): string {
  return [`${date.replaceAll('/', '-').replace(' ', 'T')}:00`, origin, destination, delay, distance].join(',')
}

function dayOf({ date }: Flight): string {
  return date.slice(0, 10).replaceAll('/', '-')
}
