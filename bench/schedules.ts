import { Cron as CronerCron } from 'croner'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { firstDueFrom } from '../engine/schedule/due-within.ts'
import { intervalAt, type Schedule } from '../engine/schedule/schedule.ts'
import { isCron, readCron, type Cron } from '../engine/spec/cron.ts'
import { tickTable } from '../engine/spec/tick-table.ts'
import { interleave, type Contestant } from './lib/interleave.ts'
import { formatSpread, spread } from './lib/stats.ts'
import { zones } from './lib/zones.ts'

const texts = [
  '*/15 * * * *',
  '0 6 * * 1-5',
  '30 2 * * *',
  '0 0 L * *',
  '0 0 1 * *',
  '*/7 8-18 * * *',
  '5 4 * * 0',
  '*/10 * * * * *',
  '0 */2 * * *',
]

/** Next ticks beside croner's, of texts that are known and of new ones (goal: a fifth of its time or less), and the next due time of a million
 *  schedules in 20 zones. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  checkSame()
  await compare('the next tick of a text that is known', pairs, instants.length * known.length, oursKnown, cronersKnown)
  await compare(
    'the next tick of a new text',
    pairs,
    newTexts,
    () => oursNew(round++),
    () => cronersNew(round++),
  )
  const results = Array.from({ length: Math.min(pairs, 3) }, inNewProcess)
  for (const [name, unit] of Object.entries(measures)) {
    console.log(`a million schedules, ${name}: ${formatSpread(spread(results.map((result) => result[name] ?? Number.NaN)), 1)} ${unit}`)
  }
}

const instants = Array.from({ length: 100 }, (_, at) => Date.UTC(2026, 0, 1) + at * 3_061_111_000) // through ten years
const known = zones.flatMap((zone) => texts.map((text) => ({ text, zone, cron: cronOf(text, zone), croner: cronerOf(text, zone) })))
const anchor = new Date('2020-01-01T00:00:00Z')

function cronOf(text: string, zone: string): Cron {
  const cron = readCron(text, zone)
  if (!isCron(cron)) throw new Error(cron.message)
  return cron
}

function cronerOf(text: string, timezone: string): CronerCron {
  return new CronerCron(text, { mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard', timezone })
}

function nextOf(cron: Cron, after: number): number {
  const table = tickTable(cron, anchor)
  return table.at(table.numberFrom(new Date(after + 1)))?.getTime() ?? Number.NaN
}

function nextOfCroner(croner: CronerCron, after: number): number {
  return croner.nextRun(new Date(after))?.getTime() ?? Number.NaN
}

function checkSame(): void {
  for (const { text, zone, cron, croner } of known) {
    for (const instant of instants) {
      const [ours, theirs] = [nextOf(cron, instant), nextOfCroner(croner, instant)]
      if (ours !== theirs) throw new Error(`${text} in ${zone} after ${instant}: ${ours}, but croner ${theirs}`)
    }
  }
}

function oursKnown(): number {
  let sum = 0
  for (const { cron } of known) for (const instant of instants) sum += nextOf(cron, instant)
  return sum
}

function cronersKnown(): number {
  let sum = 0
  for (const { croner } of known) for (const instant of instants) sum += nextOfCroner(croner, instant)
  return sum
}

const newTexts = 1000
let round = 0

/** A text that no round before had. */
function newText(number: number, at: number): readonly [text: string, zone: string] {
  const minutes = [at % 60, (at + 1 + (number % 50)) % 60].toSorted((a, b) => a - b).join()
  return [`${number % 60} ${minutes} ${Math.floor(at / 60) % 24} * * *`, zones[at % zones.length]!]
}

function oursNew(number: number): number {
  let sum = 0
  for (let at = 0; at < newTexts; at++) sum += nextOf(cronOf(...newText(number, at)), instants[at % instants.length]!)
  return sum
}

function cronersNew(number: number): number {
  let sum = 0
  for (let at = 0; at < newTexts; at++) sum += nextOfCroner(cronerOf(...newText(number, at)), instants[at % instants.length]!)
  return sum
}

async function compare(name: string, pairs: number, count: number, ours: () => number, croners: () => number): Promise<void> {
  const contestant = (who: string, act: () => number): Contestant => ({ name: who, measure: async () => (timed(act) * 1000) / count })
  for (const act of [ours, croners]) act() // compiled code is what a running engine has
  const [own, theirs] = [contestant('ours', ours), contestant('croner', croners)]
  const { comparisons, floor, loadAverage, dropped, ...result } = await interleave(own, [theirs], { pairs, floor: hashMs })
  console.log(`${name}: ${formatSpread(result.ours)} us`)
  for (const other of comparisons) {
    const { median, min, max } = other.ratio
    const faster = formatSpread({ median: 1 / median, min: 1 / max, max: 1 / min }, 1)
    console.log(`  beside croner: ${formatSpread(other.theirs, 1)} us, ${faster} times as fast, goal 5`)
  }
  console.log(`  sha256 of 8 MB ${formatSpread(floor, 1)} ms, load ${loadAverage.toFixed(2)}, ${result.pairs} pairs, ${dropped} unsteady`)
}

const million = 1_000_000
const measures: Readonly<Record<string, string>> = {
  'the first of them at the start, its zone and text read': 'ms',
  'all of them made, texts read': 's',
  'next due of all, first time': 's',
  'next due of all, again': 's',
  'an interval later, of all': 's',
  'memory of one, its id and start included': 'bytes',
}

/** Half with periods, half with cron: 43,200 texts and zones. Starts lie within six years. */
function scheduleOf(number: number): Schedule {
  const shared = {
    id: `schedule-${number}`,
    anchor: new Date(Date.UTC(2020, 0, 1) + (number % 2190) * 86_400_000 + (number % 1440) * 60_000),
  }
  const [minute, hour] = [number % 60, Math.floor(number / 60) % 24]
  if (number % 2 === 0)
    return { ...shared, period: { count: 1 + (number % 30), unit: (['minute', 'hour', 'day', 'month'] as const)[number % 4]! } }
  const zone = zones[Math.floor(number / 2) % zones.length]!
  const forms = [`${minute} ${hour} * * *`, `*/${5 + (number % 26)} ${hour} * * 1-5`, `${minute} ${hour} L * *`]
  return { ...shared, cron: cronOf(forms[Math.floor(number / 2880) % 3]!, zone) }
}

function measureMillion(): Record<string, number> {
  const now = Date.UTC(2026, 10, 25, 12)
  const due = (schedule: Schedule, at: number): number => {
    const index = firstDueFrom(schedule, 'timeseries', new Date(at))
    return index === undefined ? 0 : intervalAt(schedule, index)!.end.getTime()
  }
  const first = timed(() => due(scheduleOf(1), now))
  globalThis.gc?.()
  const before = heap()
  const schedules: Schedule[] = []
  const made = timed(() => {
    for (let number = 0; number < million; number++) schedules.push(scheduleOf(number))
  })
  const all = (at: number) => (): void => {
    let sum = 0
    for (const schedule of schedules) sum += due(schedule, at)
    if (!(sum > 0)) throw new Error('nothing is due')
  }
  const [cold, warm, later] = [now, now, now + 3_600_000].map((at) => timed(all(at)) / 1000)
  globalThis.gc?.()
  const values = [first, made / 1000, cold!, warm!, later!, (heap() - before) / million]
  return Object.fromEntries(Object.keys(measures).map((name, at) => [name, values[at] ?? Number.NaN]))
}

function heap(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function inNewProcess(): Record<string, number> {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), 'million'], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, number>
}

/** Processor time of this process: nothing here waits. */
function timed(act: () => unknown): number {
  const start = process.cpuUsage()
  act()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

const block = Buffer.alloc(8 * 1024 * 1024)

async function hashMs(): Promise<number> {
  return timed(() => createHash('sha256').update(block).digest())
}

const [, script, what] = process.argv
if (script === fileURLToPath(import.meta.url) && what === 'million') console.log(JSON.stringify(measureMillion()))
