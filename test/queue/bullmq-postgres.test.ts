import { expect, test } from 'vitest'
import { bullmqHintQueue } from '../../engine/queue/bullmq.ts'
import { SluiceError } from '../../engine/errors.ts'
import { testTaskSource } from '../conformance/task-source.ts'
import { hintHarness } from '../support/hint-harness.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'

testTaskSource('BullMQ on PostgreSQL', async () => {
  const database = await testDatabase()
  const told: string[] = []
  const back = Promise.withResolvers<void>()
  const hints = await bullmqHintQueue({ postgres: database.connection }, (sentence) => {
    told.push(sentence)
    if (sentence === 'PostgreSQL is back.') back.resolve()
  })
  return hintHarness({
    hints,
    async loseHints() {
      await query(database.connection, 'truncate bullmq.job cascade')
    },
    async restart() {
      const others = `from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`
      const before = await query<{ pid: number }>(database.connection, `select pid, pg_terminate_backend(pid) ${others}`)
      const pids = before.map(({ pid }) => pid).join(',')
      await until(async () => (await query(database.connection, `select 1 ${others} and pid in (${pids})`)).length === 0)
      await back.promise
      // Once for all connections; twice when a new one is there before the last of the old ones is known to be dead.
      const inTurn = told.every((sentence, index) => (sentence === 'PostgreSQL is back.') === (index % 2 === 1))
      if (!inTurn || told.length > 4) throw new Error(`An outage is told when it begins and when it ends, not so: ${told.join(' ')}`)
    },
    stop: () => database.drop(),
  })
})

test('a hint leaves nothing behind in PostgreSQL, and nothing of BullMQ is outside its own schema', async () => {
  await using database = await testDatabase()
  const hints = await bullmqHintQueue({ postgres: database.connection })
  const listener = await hints.listen('default', 'activity')
  await hints.offer([{ group: 'default', lane: 'activity', attemptIds: ['1', '2'] }])
  expect(await listener.next(AbortSignal.timeout(10_000))).toEqual({ group: 'default', lane: 'activity', attemptIds: ['1', '2'] })
  await hints.close()
  expect(await query(database.connection, 'select * from bullmq.job')).toEqual([])
  expect(await query(database.connection, `select tablename from pg_tables where schemaname = 'public'`)).toEqual([])
})

test('more listeners than the pool has connections for work still leave room for work', async () => {
  await using database = await testDatabase()
  const hints = await bullmqHintQueue({ postgres: database.connection })
  const groups = Array.from({ length: 12 }, (_, index) => `group ${index}`)
  const listeners = await Promise.all(groups.map((group) => hints.listen(group, 'activity')))
  const nexts = listeners.map((listener) => listener.next(AbortSignal.timeout(10_000)))
  await hints.offer(groups.map((group) => ({ group, lane: 'activity', attemptIds: ['1'] })))
  expect((await Promise.all(nexts)).map((hint) => hint?.group)).toEqual(groups)
  await hints.close()
})

test('a PostgreSQL that cannot be reached is a sentence', async () => {
  const error = await bullmqHintQueue({ postgres: { host: '127.0.0.1', port: 1, user: 'nobody', password: 'secret' } }).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SluiceError)
  expect(error).toMatchObject({ exitCode: 3, message: 'The hint queue cannot be opened on PostgreSQL: connect ECONNREFUSED 127.0.0.1:1.' })
})
