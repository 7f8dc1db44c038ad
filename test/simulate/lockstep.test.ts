import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import { runInLockstep } from './lockstep.ts'
import { openLockstepStore, type LockstepStore } from './lockstep-store.ts'
import { randomScenario } from './scenario.ts'

const catalog = await loadCatalog()
let database: TestDatabase
let lockstep: LockstepStore

beforeAll(async () => {
  database = await testDatabase()
  lockstep = await openLockstepStore(database.connection)
})

afterAll(async () => {
  await lockstep.store.close()
  await database.drop()
})

test('the world and PostgreSQL agree after every step of 16 seeds', { timeout: 300_000 }, async () => {
  for (let seed = 0; seed < 16; seed++) {
    const { failure } = await runInLockstep(randomScenario(seed, true), lockstep, catalog)
    expect(failure, `seed ${seed}; see it with npm run simulate -- --lockstep --seed ${seed} --trace`).toBeUndefined()
  }
})
