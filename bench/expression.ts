import { createHash } from 'node:crypto'
import { evaluateField, syntaxErrors, type EvaluationScope } from '../engine/expression/index.ts'
import { evaluationScope } from '../test/support/evaluation-objects.ts'
import { interleave, type Contestant, type InterleavedResult } from './lib/interleave.ts'
import { formatSpread } from './lib/stats.ts'

/** A field, and hand-written code that gives the same text for the same start time: what no evaluator can be faster than. */
interface Workload {
  readonly name: string
  readonly field: string
  byHand(startTime: Date): string
}

const dayMs = 86_400_000
const pacificMs = 7 * 3_600_000
const table = 'orders'

const fields = {
  path: "s3://b/#{format(@scheduledStartTime,'YYYY-MM-dd')}/x",
  table: '#{myTable}',
  selectQuery: 'select * from #{table}',
  yesterday: '#{minusDays(@scheduledStartTime,1)}',
  localTime: "#{format(inTimeZone(@scheduledStartTime,'America/Los_Angeles'),'YYYY-MM-dd HH:mm')}",
  localYesterday: "#{minusDays(inTimeZone(@scheduledStartTime,'America/Los_Angeles'),1)}",
}

const workloads: readonly Workload[] = [
  { name: 'a dated path', field: 'path', byHand: (time) => `s3://b/${date(time)}/x` },
  { name: 'a parameter through a field', field: 'selectQuery', byHand: () => `select * from ${table}` },
  { name: 'the day before', field: 'yesterday', byHand: (time) => dateTime(new Date(time.getTime() - dayMs)) },
  { name: 'a local time', field: 'localTime', byHand: (time) => dateTime(local(time)).slice(0, 16).replace('T', ' ') },
  { name: 'the local day before', field: 'localYesterday', byHand: (time) => dateTime(new Date(local(time).getTime() - dayMs)) },
]

/** So many start times, a day apart, in summer's half of the year. */
const startTimes = Array.from({ length: 180 }, (_, day) => new Date(Date.UTC(2026, 3, 1 + day, 17, 10)))
const scopes = startTimes.map((instant) =>
  evaluationScope({ fields, parameters: { myTable: table }, runtime: { '@scheduledStartTime': { instant, zone: 'UTC' } } }),
)

/** Evaluations of fields whose texts have been compiled, and parsing texts never seen before. Goal: 2 us an evaluation. */
export async function run({ pairs }: { readonly pairs: number }): Promise<void> {
  for (const workload of workloads) {
    checkSame(workload)
    const result = await interleave(evaluating(workload), [handWriting(workload)], { pairs, floor: hashMs })
    print(`${workload.name}, ${fields[workload.field as keyof typeof fields]}`, result, ', goal 2')
  }
  print('parsing a dated path from cold', await interleave(parsing, [matching], { pairs, floor: hashMs }))
}

const rounds = 1_000

function evaluating({ name, field }: Workload): Contestant {
  return { name, measure: async () => microseconds(() => lengths(scopes, (scope) => valueOf(scope, field))) }
}

function handWriting({ byHand }: Workload): Contestant {
  return { name: 'by hand', measure: async () => microseconds(() => lengths(startTimes, byHand)) }
}

/** Twenty thousand texts are more than the compiler remembers, so that each is new to it every time. */
const coldTexts = Array.from({ length: 20_000 }, (_, at) => `s3://bucket${at}/#{format(@scheduledStartTime,'YYYY-MM-dd')}/x`)

const parsing: Contestant = { name: 'parsing', measure: async () => perText((text) => String(syntaxErrors(text).length)) }

const shape = /^([^#]*)#\{(\w+)\((@\w+),'([^']*)'\)\}([^#]*)$/
const matching: Contestant = {
  name: 'a regular expression for this very text',
  measure: async () => perText((text) => shape.exec(text)?.[2] ?? ''),
}

/** A fixed amount of native work: tells whether the machine was quiet. */
const block = Buffer.alloc(8 * 1024 * 1024)

async function hashMs(): Promise<number> {
  const start = processorMs()
  createHash('sha256').update(block).digest()
  return processorMs() - start
}

/** Of a thousand rounds over all start times, the time of one evaluation; a tenth of that is thrown away before. */
function microseconds(round: () => number): number {
  for (let count = 0; count < rounds / 10; count++) round()
  const start = processorMs()
  for (let count = 0; count < rounds; count++) round()
  return ((processorMs() - start) * 1000) / (rounds * startTimes.length)
}

function perText(read: (text: string) => string): number {
  const start = processorMs()
  lengths(coldTexts, read)
  return ((processorMs() - start) * 1000) / coldTexts.length
}

/** Processor time of this process, its garbage collector and compiler included: nothing here waits, and what else the machine does counts
 *  for less than by the clock on the wall. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Uses every text, so that none is left out. */
function lengths<T>(items: readonly T[], read: (item: T) => string): number {
  let length = 0
  for (const item of items) length += read(item).length
  return length
}

function valueOf(scope: EvaluationScope, field: string): string {
  return evaluateField(scope, field).values[0] ?? ''
}

function checkSame({ name, field, byHand }: Workload): void {
  for (const [at, scope] of scopes.entries()) {
    const [ours, theirs] = [valueOf(scope, field), byHand(startTimes[at] ?? new Date(0))]
    if (ours !== theirs) throw new Error(`${name}: "${ours}", but by hand "${theirs}"`)
  }
}

function print(name: string, { ours, comparisons, floor, loadAverage, pairs, dropped }: InterleavedResult, goal = ''): void {
  console.log(`${name}: ${formatSpread(ours)} us${goal}`)
  for (const other of comparisons)
    console.log(`  beside ${other.name}: ${formatSpread(other.theirs)} us, ratio ${formatSpread(other.ratio, 1)}`)
  const left = dropped > 0 ? `, ${dropped} unsteady` : ''
  console.log(`  sha256 of 8 MB ${formatSpread(floor, 1)} ms, load ${loadAverage.toFixed(2)}, ${pairs} pairs${left}`)
}

function local(time: Date): Date {
  return new Date(time.getTime() - pacificMs)
}

function date(time: Date): string {
  return `${time.getUTCFullYear()}-${twoDigits(time.getUTCMonth() + 1)}-${twoDigits(time.getUTCDate())}`
}

function dateTime(time: Date): string {
  return `${date(time)}T${twoDigits(time.getUTCHours())}:${twoDigits(time.getUTCMinutes())}:${twoDigits(time.getUTCSeconds())}`
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
