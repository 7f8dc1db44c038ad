/** `npm run fuzz -- [--documents N] [--expressions N] [--seed S] [--only NUMBER]`: hostile documents and expressions, a million of each
 *  unless said otherwise. A failing case is printed with its seed and number; `--only NUMBER` runs it alone. */
import { parseArgs } from 'node:util'
import { loadCatalog } from '../engine/spec/load-catalog.ts'
import { campaign, type Failure } from '../test/fuzz/campaign.ts'

const million = '1000000'
const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: million },
    expressions: { type: 'string', default: million },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string' },
  },
})
const catalog = await loadCatalog()
const seed = Number(values.seed)
const step = 20_000

const failed = [...run('document', Number(values.documents)), ...run('expression', Number(values.expressions))]
console.log(failed.length === 0 ? 'No case broke a promise.' : `${failed.length} cases broke a promise.`)
process.exitCode = failed.length === 0 ? 0 : 1

function run(kind: Failure['kind'], cases: number): Failure[] {
  const only = values.only === undefined ? undefined : Number(values.only)
  const failures: Failure[] = []
  let slowestMs = 0
  for (let from = only ?? 0; from < (only === undefined ? cases : only + 1) && failures.length < 10; from += step) {
    const result = campaign(kind, seed, [from, only === undefined ? Math.min(from + step, cases) : from + 1], catalog)
    slowestMs = Math.max(slowestMs, result.slowestMs)
    for (const failure of result.failures) console.log(JSON.stringify(failure, undefined, 2))
    failures.push(...result.failures)
    console.log(`${kind}s of seed ${seed}: ${Math.min(from + step, cases)} of ${cases}, slowest case ${slowestMs.toFixed(0)} ms`)
  }
  return failures
}
