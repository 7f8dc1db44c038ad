import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type * as zoneClock from '../../engine/spec/zone-clock.ts'
import { openStore, type Store } from '../../engine/store/open-store.ts'
import { testDatabase, type TestDatabase } from '../support/postgres.ts'
import type * as scheduling from '../support/scheduled-pipeline.ts'

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await testDatabase()
  store = await openStore(database.connection)
})

afterAll(async () => {
  await store.close()
  await database.drop()
})

const hourMs = 3_600_000
const turn = Date.UTC(2020, 2, 29, 1)

/** Berlin, as it was: its clocks go on at the end of March. And as it would be if it had been decided that they do not. */
const summerTime: zoneClock.ZoneClock = { offsetMs: (instant) => (instant < turn ? hourMs : 2 * hourMs), name: () => 'CET' }
const noSummerTime: zoneClock.ZoneClock = { offsetMs: () => hourMs, name: () => 'CET' }

/** The engine as a process of its own sees it whose zone data are these: nothing that was read of others is known to it. */
async function processWith(berlin: zoneClock.ZoneClock): Promise<typeof scheduling> {
  vi.resetModules()
  vi.doMock('../../engine/spec/zone-clock.ts', async (original) => {
    const real = await original<typeof zoneClock>()
    return { ...real, regionClock: (name: string) => (name === 'Europe/Berlin' ? berlin : real.regionClock(name)) }
  })
  return import('../support/scheduled-pipeline.ts')
}

const mornings = `
schedules: { mornings: { cron: 0 6 * * *, timeZone: Europe/Berlin, startDateTime: 2020-03-26T00:00:00, occurrences: 6 } }
defaults: { scheduleType: cron, schedule: mornings, maxActiveInstances: 3 }
activities: { run: { type: ShellCommandActivity, command: 'true' } }
`

const at = (...times: string[]): string[] => times.map((time) => `@run_2020-03-${time}:00:00`)

test.each([
  ['without summer time', summerTime, noSummerTime, at('29T05', '30T05', '31T05')],
  ['with summer time', noSummerTime, summerTime, at('29T04', '30T04', '31T04')],
])(
  'F26: a process with other zone data goes on, %s: what was planned stays, what is to come is at its new time, each date once',
  async (_, before, after, moved) => {
    const old = await processWith(before)
    const id = await old.activated(store, mornings)
    await old.planAll(store)
    const planned = at('26T05', '27T05', '28T05')
    expect(Object.keys(await old.statusByKey(store, id))).toEqual(planned)
    const updated = await processWith(after)
    expect(await updated.runAll(store)).toEqual([...planned, ...moved])
    expect(Object.keys(await updated.statusByKey(store, id))).toEqual([...planned, ...moved])
  },
)
