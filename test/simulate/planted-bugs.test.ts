import { expect, test } from 'vitest'
import { worldRuleNames } from '../../engine/lifecycle/world/rules.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { runScenario } from './run-scenario.ts'
import { randomScenario } from './scenario.ts'
import { campaign } from './campaign.ts'

const catalog = await loadCatalog()

/** Within how many seeds each is found, with some room. */
const within = 800

test.each(worldRuleNames)('the simulator finds it when this does not hold: %s', { timeout: 120_000 }, async (broken) => {
  for (let seed = 0; seed < within; seed++) {
    const { failure } = await runScenario(randomScenario(seed), { catalog, broken })
    if (failure !== undefined) return
  }
  expect.fail(`${within} seeds kept every promise`)
})

test('a failing seed is told as a short reproduction', async () => {
  const { failures } = await campaign(catalog, 0, 10, { broken: 'a count is lowered once', mostFailures: 1 })
  const [first] = failures
  expect(first?.text.split('\n').length).toBeLessThan(40)
  expect(first?.text).toMatch(/^Seed \d+: @\w+_\S+ counts -?\d+ dependencies that are open, and there are \d+\n\nsluice: 1\n/)
  expect(first?.text).toContain('npm run simulate -- --seed')
})
