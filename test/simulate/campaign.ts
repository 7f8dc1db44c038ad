import type { WorldRule } from '../../engine/lifecycle/world/rules.ts'
import type { Catalog } from '../../engine/spec/catalog.ts'
import { describeFailure } from './reproduction.ts'
import { runScenario } from './run-scenario.ts'
import { randomScenario } from './scenario.ts'
import { kindOf, shrink } from './shrink.ts'

export interface CampaignResult {
  readonly seeds: number
  readonly steps: number
  /** How often each transition, answer, command and fault came up. */
  readonly coverage: ReadonlyMap<string, number>
  /** Told as a reproduction, shrunken. */
  readonly failures: readonly { readonly seed: number; readonly failure: string; readonly text: string }[]
}

/** Runs seeds from `from` on, and stops after `mostFailures`. */
export async function campaign(
  catalog: Catalog,
  from: number,
  seeds: number,
  options: { readonly broken?: WorldRule; readonly mostFailures?: number } = {},
): Promise<CampaignResult> {
  const { broken, mostFailures = 3 } = options
  const coverage = new Map<string, number>()
  const failures: CampaignResult['failures'][number][] = []
  let steps = 0
  let seed = from
  for (; seed < from + seeds && failures.length < mostFailures; seed++) {
    const result = await runScenario(randomScenario(seed), { catalog, broken })
    steps += result.steps
    for (const [what, count] of result.coverage) coverage.set(what, (coverage.get(what) ?? 0) + count)
    if (result.failure !== undefined)
      failures.push({ seed, failure: result.failure, text: await reproduce(catalog, seed, result.failure, broken) })
  }
  return { seeds: seed - from, steps, coverage, failures }
}

async function reproduce(catalog: Catalog, seed: number, failure: string, broken: WorldRule | undefined): Promise<string> {
  const kind = kindOf(failure)
  const smaller = await shrink(randomScenario(seed), async (scenario) => {
    const again = await runScenario(scenario, { catalog, broken })
    return again.failure !== undefined && kindOf(again.failure) === kind
  })
  const { failure: told = failure, trace } = await runScenario(smaller, { catalog, broken, trace: true })
  return describeFailure(seed, smaller, told, trace)
}
