import { once } from 'node:events'
import { EventEmitter } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { deactivate } from '../../engine/store/commands.ts'
import { openStore } from '../../engine/store/open-store.ts'
import { hearCommands } from '../../engine/store/remote-signals.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
afterAll(() => store[Symbol.asyncDispose]())

const text = `
sluice: 1
name: test
defaults: { scheduleType: ondemand }
activities: { load: { type: ShellCommandActivity, command: 'true' } }
`

test('a command of one process is heard in another, also after the connection was lost', async () => {
  const other = await openStore(store.connection)
  const heard = new EventEmitter()
  other.signals.on('command', () => heard.emit('command'))
  let next = once(heard, 'command')
  const listening = hearCommands(other.connection, other.signals)
  await next // it looks once when it begins to listen
  const id = await activated(store, text)
  next = once(heard, 'command')
  await deactivate(store, id, false)
  await next
  next = once(heard, 'command')
  const { rows } = await store.pool.query<{ ended: boolean }>(
    `select pg_terminate_backend(pid) as ended from pg_stat_activity where datname = current_database() and query like 'listen %'`,
  )
  expect(rows).toEqual([{ ended: true }])
  await next // and once when it listens again
  next = once(heard, 'command')
  await deactivate(store, await activated(store, text), false)
  await next
  await listening.stop()
  await other.close()
})
