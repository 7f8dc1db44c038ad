/** `npm run simulate -- [--seeds N] [--from SEED] [--seed S] [--trace] [--lockstep] [--threads T]`: random pipelines, commands and faults on a
 *  virtual clock, every promise checked after every step. A failing seed is printed as a short reproduction. `--lockstep` runs each on a real
 *  PostgreSQL beside it and compares after every step. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadCatalog } from '../engine/spec/load-catalog.ts'
import { startEmbedded } from '../engine/store/embedded/embedded.ts'
import type { CampaignResult } from '../test/simulate/campaign.ts'
import { openLockstepStore } from '../test/simulate/lockstep-store.ts'
import { runInLockstep } from '../test/simulate/lockstep.ts'
import { describeFailure } from '../test/simulate/reproduction.ts'
import type { RunResult } from '../test/simulate/run-options.ts'
import { runScenario } from '../test/simulate/run-scenario.ts'
import { randomScenario, type Scenario } from '../test/simulate/scenario.ts'
import { simulateOnThreads } from '../test/simulate/threads.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    lockstep: { type: 'boolean', default: false },
    threads: { type: 'string' },
  },
})
const from = Number(values.seed ?? values.from)
const seeds = values.seed === undefined ? Number(values.seeds) : 1
const started = performance.now()

if (values.lockstep) await lockstep()
else if (values.seed !== undefined)
  await single(randomScenario(from), runScenario(randomScenario(from), { catalog: await loadCatalog(), trace: true }))
else await many()

async function many(): Promise<void> {
  let told = started
  const progress = (done: CampaignResult): void => {
    if (performance.now() - told < 10_000) return
    told = performance.now()
    console.log(amounts(done))
  }
  const result = await simulateOnThreads({
    from,
    seeds,
    threads: values.threads === undefined ? undefined : Number(values.threads),
    progress,
  })
  for (const { text } of result.failures) console.log(`\n${text}\n`)
  for (const [what, count] of [...result.coverage].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(count).padStart(12)}  ${what}`)
  console.log(amounts(result))
  console.log(result.failures.length === 0 ? 'Every promise was kept.' : `${result.failures.length} seeds broke a promise.`)
  process.exitCode = result.failures.length === 0 ? 0 : 1
}

function amounts({ seeds: done, steps }: Pick<CampaignResult, 'seeds' | 'steps'>): string {
  const seconds = (performance.now() - started) / 1000
  const each = (value: number): string => Math.round(value / seconds).toLocaleString('en-US')
  return `${done} seeds, ${steps.toLocaleString('en-US')} steps in ${seconds.toFixed(1)} s: ${each(steps)} steps/s, ${(done / seconds).toFixed(1)} seeds/s`
}

async function lockstep(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'sluice-lockstep-'))
  const server = await startEmbedded(home)
  const store = await openLockstepStore(server.connection)
  const catalog = await loadCatalog()
  let steps = 0
  try {
    for (let seed = from; seed < from + seeds; seed++) {
      const scenario = randomScenario(seed, true)
      const result = await runInLockstep(scenario, store, catalog, { trace: values.trace || values.seed !== undefined })
      steps += result.steps
      if (values.seed !== undefined || result.failure !== undefined) await single(scenario, Promise.resolve(result))
      if (result.failure !== undefined) break
    }
  } finally {
    await store.store.close()
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
  console.log(amounts({ seeds, steps }))
}

async function single(scenario: Scenario, running: Promise<RunResult>): Promise<void> {
  const { failure, trace, steps } = await running
  if (values.trace) console.log(trace.join('\n'))
  if (failure !== undefined) console.log(describeFailure(scenario.seed, scenario, failure, trace))
  console.log(`${steps} steps; ${failure === undefined ? 'every promise was kept' : 'a promise was broken'}.`)
  process.exitCode = failure === undefined ? 0 : 1
}
