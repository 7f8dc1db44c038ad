import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { explain } from '../../engine/cli/view/reason-sentence.ts'
import { chainOf, withWhatTheyWaitFor } from '../../engine/store/reason-chains.ts'
import { reasons } from '../../engine/store/reasons.ts'
import { Meddler } from '../support/meddler.ts'
import { randomPipeline } from '../support/random-pipeline.ts'
import { ReasonOracle } from '../support/reason-oracle.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { obey } from '../support/told-command.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

test('whatever happens to a pipeline, each instance that has not ended has one reason, which is true, and its command is accepted', async () => {
  const [seen, met] = [new Map<string, number>(), new Set<string>()]
  const dice = fc.array(fc.nat(), { minLength: 60, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(randomPipeline, dice, fc.integer({ min: 5, max: 30 }), async (yaml, throws, steps) => {
      await store.pool.query('truncate pipelines, instances, dependencies, attempts, workers, outbox restart identity cascade')
      const pipelineId = await activated(store, yaml)
      const meddler = new Meddler(store, pipelineId, throws)
      for (let step = 0; step < steps; step++) await meddler.step()
      const why = await reasons(store.db, { pipelineId, limit: 10_000 })
      for (const { code } of why) met.add(code)
      const oracle = await ReasonOracle.of(store, pipelineId)
      expect(why.map(({ instanceId }) => instanceId).toSorted()).toEqual([...oracle.open()].toSorted())
      expect(why.filter((reason) => !oracle.isTrue(reason))).toEqual([])
      const known = await withWhatTheyWaitFor(store.db, pipelineId, why)
      const commands = Map.groupBy(why, (reason) => explain(chainOf(reason, known), pipelineId, new Date()).command)
      // The one whose reason was obeyed least so far: a command changes what the others were told for.
      const codeOf = (command: string): string => chainOf(commands.get(command)![0]!, known).at(-1)!.code
      const [command] = [...commands.keys()].toSorted((a, b) => (seen.get(codeOf(a)) ?? 0) - (seen.get(codeOf(b)) ?? 0))
      if (command === undefined) return
      seen.set(codeOf(command), (seen.get(codeOf(command)) ?? 0) + 1)
      await obey(store, command)
    }),
    { numRuns: 60, endOnFailure: true },
  )
  // Which others are met is up to the dice.
  expect([...met]).toEqual(
    expect.arrayContaining(['DEPENDENCY', 'DEPENDENCY_FAILED', 'PAUSED', 'MAX_ACTIVE', 'NOT_TRUE_YET', 'NO_WORKER', 'RESOURCE']),
  )
}, 120_000)
