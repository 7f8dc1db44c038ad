import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { campaign } from './campaign.ts'
import { compiledSpec, yamlOfSpec } from './pipeline-spec.ts'
import { randomScenario } from './scenario.ts'
import { simulateOnThreads } from './threads.ts'

const catalog = await loadCatalog()

test('random pipelines are what compiling their YAML gives, without a mistake', () => {
  for (let seed = 0; seed < 100; seed++) {
    for (const { first, later } of randomScenario(seed).pipelines) {
      for (const spec of [first, ...later]) {
        const { definition } = readDefinition(yamlOfSpec(spec), 'random.yaml')
        const { compiled, diagnostics } = compileDefinition(definition!, catalog)
        expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
        expect(compiled).toEqual({ ...compiledSpec(spec), directory: undefined })
      }
    }
  }
})

test('the same seed gives the same run', async () => {
  const twice = [await campaign(catalog, 17, 3), await campaign(catalog, 17, 3)]
  expect(twice[0]).toEqual(twice[1])
})

test('2,000 seeds of random pipelines, commands and faults keep every promise', { timeout: 600_000 }, async () => {
  const { failures, seeds, coverage } = await simulateOnThreads({ from: 0, seeds: 2000, threads: 2 })
  expect(failures.map(({ text }) => text).join('\n\n')).toBe('')
  expect(seeds).toBe(2000)
  const rare = [
    'FINISHED > WAITING_ON_DEPENDENCIES',
    'CREATING > FAILED',
    'SCHEDULED > SKIPPED',
    'plan STALE',
    'refused FINISHED',
    'the engine dies',
    'onLateAction',
  ]
  expect(rare.filter((what) => !coverage.has(what))).toEqual([])
})
