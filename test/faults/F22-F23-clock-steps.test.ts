import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../engine/app.ts'
import { query } from '../support/postgres.ts'
import { activated, planAll } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { startClockedPostgres, type ClockedPostgres } from './rig/clocked-postgres.ts'
import { startEngines } from './rig/engines.ts'
import { expectInvariants, watchSteps } from './rig/invariants.ts'
import { markedWork } from './rig/marked-work.ts'

let postgres: ClockedPostgres

beforeAll(async () => {
  postgres = await startClockedPostgres()
})

afterAll(() => postgres[Symbol.asyncDispose]())

test('the clock of the store steps as it is told', async () => {
  const now = async () => (await query<{ now: Date }>(postgres.connection, 'select now()'))[0]!.now.getTime()
  const before = await now()
  postgres.step('+1d')
  expect(await now()).toBeGreaterThan(before + 86_000_000)
  postgres.step('+0')
  expect(await now()).toBeLessThan(before + 86_000_000)
})
