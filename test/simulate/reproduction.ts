import { yamlOfSpec } from './pipeline-spec.ts'
import type { Scenario } from './scenario.ts'

/** A failing scenario for a person: the seed, its pipelines, what happened and the last steps before the failure. */
export function describeFailure(seed: number, scenario: Scenario, failure: string, trace: readonly string[]): string {
  const { pipelines, events, shares, workers, slots, schedulers, start } = scenario
  const chances = Object.entries(shares)
    .filter(([, share]) => share > 0)
    .map(([name, share]) => `${name} ${share.toFixed(2)}`)
  return [
    `Seed ${seed}: ${failure}`,
    '',
    ...pipelines.flatMap(({ first, later }) => [yamlOfSpec(first), ...later.map((next) => `--- put later\n${yamlOfSpec(next)}`), '']),
    `From ${new Date(start).toISOString()}: ${workers} workers of ${slots} slots, ${schedulers} schedulers${chances.length > 0 ? `; ${chances.join(', ')}` : ''}`,
    ...events.map(({ at, what, pick, on, forMs }) => `  +${clock(at)} ${what} (pick ${pick}, on ${on}, for ${clock(forMs)})`),
    '',
    'The last steps:',
    ...trace.slice(-25).map((line) => `  ${line}`),
    '',
    `See it all: npm run simulate -- --seed ${seed} --trace`,
  ].join('\n')
}

function clock(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`
}
