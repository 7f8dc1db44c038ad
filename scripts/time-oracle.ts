/** `npm run oracle -- [--zones Europe/Berlin,...] [--workers N] [--python]`: the ticks of cron around all turns of the clocks of all zones, 1970 to
 *  2100, beside a clock that is read every minute. With `--python`, also the turns themselves beside those of Python's zoneinfo.
 *  `npm run oracle -- --croner CASES [--seed S]`: instead, next ticks after random instants beside croner's. */
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { differences, pythonTurns } from '../test/oracle/python-turns.ts'
import { compareWithCroner } from '../test/oracle/croner-campaign.ts'
import { checkZone, type ZoneResult } from '../test/oracle/zone-campaign.ts'

const { values } = parseArgs({
  options: {
    zones: { type: 'string' },
    workers: { type: 'string', default: '1' },
    python: { type: 'boolean', default: false },
    croner: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

if (isMainThread && values.croner !== undefined) besideCroner(Number(values.croner), Number(values.seed))
else if (isMainThread) await campaign()
else {
  parentPort?.on('message', (zone: string) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    parentPort?.postMessage(checkZone(zone))
  })
}

async function campaign(): Promise<void> {
  const zones = values.zones?.split(',') ?? Intl.supportedValuesOf('timeZone')
  const started = performance.now()
  const results: ZoneResult[] = []
  const queue = [...zones]
  const told = (result: ZoneResult): void => {
    results.push(result)
    const { zone, turns, ticks, failures, otherYears } = result
    console.log(`${results.length} of ${zones.length}: ${zone}, ${turns.length} turns, ${ticks} ticks`)
    for (const failure of failures) console.log(JSON.stringify(failure))
    if (otherYears.length > 0) console.log(`  other turns than expected in ${otherYears.join(', ')}`)
  }
  await Promise.all(Array.from({ length: Number(values.workers) }, () => work(queue, told)))
  const other = values.python ? comparePython(results) : 0
  const sum = (of: (result: ZoneResult) => number): number => results.reduce((total, result) => total + of(result), 0)
  const failed = sum(({ failures, otherYears }) => failures.length + otherYears.length)
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  console.log(
    `${results.length} zones (tz ${process.versions['tz']}), ${sum(({ turns }) => turns.length)} turns, ${sum(({ patterns }) => patterns)} texts, ` +
      `${sum(({ ticks }) => ticks)} ticks in ${seconds} s: ${failed === 0 ? 'all as the oracle has them' : `${failed} failures`}` +
      `${values.python ? `; ${other} zones differ from Python's` : ''}.`,
  )
  process.exitCode = failed === 0 ? 0 : 1
}

/** One zone after the other, on a thread of its own. */
function work(queue: string[], told: (result: ZoneResult) => void): Promise<void> {
  const worker = new Worker(new URL(import.meta.url))
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const zone = queue.shift()
      if (zone === undefined) worker.terminate().then(() => resolve(), reject)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      else worker.postMessage(zone)
    }
    worker.on('message', (result: ZoneResult) => {
      told(result)
      next()
    })
    worker.on('error', reject)
    next()
  })
}

/** How many zones have other turns there. Data of another version differ with reason, so this is told and fails nothing. */
function comparePython(results: readonly ZoneResult[]): number {
  const theirs = pythonTurns(results.map(({ zone }) => zone))
  if (!theirs) {
    console.log('python3 with zoneinfo is not there: the turns are not compared with its.')
    return 0
  }
  const differing = results.filter(({ zone, turns }) => {
    const found = differences(turns, theirs.get(zone) ?? [])
    if (found.length > 0) console.log(`${zone}: ${found.length} differences, ${found.slice(0, 4).join('; ')}`)
    return found.length > 0
  })
  return differing.length
}

function besideCroner(cases: number, seed: number): void {
  const started = performance.now()
  const { failures, overMidnight } = compareWithCroner(cases, seed)
  for (const failure of failures.slice(0, 20)) console.log(JSON.stringify(failure))
  const seconds = ((performance.now() - started) / 1000).toFixed(0)
  const verdict = failures.length === 0 ? 'all others are as croner has them' : `${failures.length} others differ`
  console.log(
    `${cases} cases of seed ${seed} in ${seconds} s: ${overMidnight} where the clocks jump over midnight differ by rule, ${verdict}.`,
  )
  process.exitCode = failures.length === 0 ? 0 : 1
}
