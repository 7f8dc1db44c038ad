import { EventEmitter, once } from 'node:events'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { deactivate } from '../../engine/store/commands.ts'
import { openStore } from '../../engine/store/open-store.ts'
import { hearCommands } from '../../engine/store/remote-signals.ts'
import { storeSignals } from '../../engine/store/signals.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'
import { until } from '../support/until.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const text = `
sluice: 1
name: test
defaults: { scheduleType: ondemand }
activities: { load: { type: ShellCommandActivity, command: 'true' } }
`

/** As another process does it. */
const tellFromElsewhere = (): Promise<unknown> => store.pool.query(`select pg_notify('sluice_command', 'another process')`)

test('what another process tells is heard, also after the connection was lost', async () => {
  const other = await openStore(store.connection)
  const heard = new EventEmitter()
  other.signals.on('command', () => heard.emit('command'))
  let next = once(heard, 'command')
  const listening = hearCommands(other.connection, other.signals)
  await next // it looks once when it begins to listen
  next = once(heard, 'command')
  await tellFromElsewhere()
  await next
  next = once(heard, 'command')
  const { rows } = await store.pool.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid) as ended from pg_stat_activity where datname = current_database() and query like 'listen %'`,
  )
  expect(rows).toEqual([{ ended: true }])
  await next // and once when it listens again
  next = once(heard, 'command')
  await tellFromElsewhere()
  await next
  await listening.stop()
  await other.close()
})

test('an activation and a command tell the others once each, and the process that gives them does not look twice', async () => {
  const client = new pg.Client(store.connection)
  await client.connect()
  await client.query('listen sluice_command')
  const told: string[] = []
  client.on('notification', ({ payload }) => told.push(payload ?? ''))
  const signals = storeSignals()
  let looks = 0
  signals.on('command', () => looks++)
  const listening = hearCommands(store.connection, signals)
  await until(() => looks === 1)
  await deactivate(store, await activated(store, text), false)
  for (let n = 0; n < 50; n++) await tellFromElsewhere()
  await until(() => told.length === 52 && looks >= 51)
  expect(told[0]).toBe(`${told[1]} outbox`) // an execution has nothing to be planned
  expect(told[2]).toBe('another process')
  expect(looks).toBe(51)
  await listening.stop()
  await client.end()
})
