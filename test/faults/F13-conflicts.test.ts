import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Claimant } from '../../engine/queue/claims.ts'
import type { Task } from '../../engine/queue/task.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import { markFinished } from '../../engine/store/commands.ts'
import { openLeaseRenewal } from '../../engine/store/lease-renewal.ts'
import { plannedGraph } from '../support/planned-graph.ts'
import { activated, planAll } from '../support/scheduled-pipeline.ts'
import { testStore } from '../support/store.ts'

const store = await testStore()
const renewal = openLeaseRenewal(store.connection)
afterAll(async () => {
  await renewal.close()
  await store[Symbol.asyncDispose]()
})

const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }

/** A kind of statement: the rows that a trigger watches in its place, what must be there before it, and what it comes to. */
interface Statement {
  readonly on: string
  readonly when: string
  readonly make: () => Promise<() => Promise<unknown>>
  readonly answers: unknown
}

async function claimed(): Promise<Task> {
  await plannedGraph(store, [{ component: 'a' }], [])
  const [task] = await store.claims.claim(worker, 'activity', 1)
  return task!
}

const ending = ({ attemptId, fence }: Task, outcome: { status: 'FINISHED' | 'RELEASED' }) => [
  { attemptId, fence, outcome, retryDelayMs: 0 },
]

const daily = `
sluice: 1
name: daily
defaults: { scheduleType: timeseries, schedule: daily }
schedules: { daily: { period: 1 day, startDateTime: 2020-01-01T00:00:00, occurrences: 1 } }
activities: { load: { type: ShellCommandActivity, command: 'true' } }
`

const statements: Readonly<Record<string, Statement>> = {
  claim: {
    on: 'update on attempts',
    when: `old.status = 'WAITING_FOR_RUNNER' and new.status = 'RUNNING'`,
    async make() {
      await plannedGraph(store, [{ component: 'a' }], [])
      return async () => (await store.claims.claim(worker, 'activity', 1)).length
    },
    answers: 1,
  },
  'settle of one that finished': {
    on: 'update on attempts',
    when: `new.status = 'FINISHED'`,
    async make() {
      const task = await claimed()
      return async () => (await store.claims.settle(worker, 'activity', ending(task, { status: 'FINISHED' }), 0)).accepted
    },
    answers: [true],
  },
  'settle of another ending': {
    on: 'update on attempts',
    when: `old.status = 'RUNNING' and new.status = 'WAITING_FOR_RUNNER'`,
    async make() {
      const task = await claimed()
      return async () => (await store.claims.settle(worker, 'activity', ending(task, { status: 'RELEASED' }), 0)).accepted
    },
    answers: [true],
  },
  plan: {
    on: 'insert on instances',
    when: `new.component_id = 'load'`,
    async make() {
      const pipelineId = await activated(store, daily)
      const planned = 'select count(*)::integer as n from instances where pipeline_id = $1'
      return async () => {
        const errors: unknown[] = []
        await planAll(store, errors)
        if (errors.length > 0) throw errors[0]
        return (await store.pool.query<{ n: number }>(planned, [pipelineId])).rows[0]!.n
      }
    },
    answers: 1,
  },
  cancel: {
    on: 'update on instances',
    when: `new.status = 'CANCELED'`,
    async make() {
      await plannedGraph(store, [{ component: 'a' }], [])
      const { rows } = await store.pool.query<{ id: string }>('select max(id)::text as id from instances')
      return () => cancelInstances(store.pool, [rows[0]!.id], 'a person asked for it')
    },
    answers: 1,
  },
  'command of a person': {
    on: 'update on instances',
    when: `new.status = 'FINISHED'`,
    async make() {
      await plannedGraph(store, [{ component: 'a' }], [])
      const { rows } = await store.pool.query<{ id: string }>('select max(id)::text as id from instances')
      return async () => (await markFinished(store, [rows[0]!.id])).length
    },
    answers: 1,
  },
  put: {
    on: 'insert on definition_versions',
    when: 'true',
    make: async () => async () => (await activated(store, daily)).slice(0, 3),
    answers: 'df-',
  },
  activation: {
    on: 'insert on watermarks',
    when: 'true',
    make: async () => async () => (await activated(store, daily)).slice(0, 3),
    answers: 'df-',
  },
  heartbeat: {
    on: 'update on attempts',
    when: `old.status = 'RUNNING' and new.status = 'RUNNING'`,
    async make() {
      const { attemptId, fence } = await claimed()
      return () => renewal.renew([{ attemptId, fence }])
    },
    answers: ['held'],
  },
  sweep: {
    on: 'update on attempts',
    when: `new.status = 'FAILED'`,
    async make() {
      const { attemptId } = await claimed()
      await store.pool.query(`update attempts set lease_until = now() - interval '1 second' where id = $1`, [attemptId])
      return async () => {
        await store.sweeping.sweep()
        return (await store.pool.query('select status, error_id from attempts where id = $1', [attemptId])).rows
      }
    },
    answers: [{ status: 'FAILED', error_id: 'LeaseLost' }],
  },
}

/** The first `times` statements of a kind are undone; a sequence counts them, which no rollback winds back. */
async function meddle({ on, when }: Statement, state: string, times: number): Promise<void> {
  await store.pool.query(`
    create sequence met;
    create function meet() returns trigger language plpgsql as $$ begin
      if nextval('met') <= ${times} then raise exception 'it met another' using errcode = '${state}'; end if;
      return new;
    end $$;
    create trigger meet before ${on} for each row when (${when}) execute function meet()`)
}

async function met(): Promise<number> {
  return (await store.pool.query<{ n: number }>('select last_value::integer as n from met')).rows[0]!.n
}

beforeEach(async () => {
  await store.pool.query(
    'drop function if exists meet cascade; drop sequence if exists met; delete from attempts; delete from instances; delete from pipelines',
  )
})

const kinds = Object.keys(statements)
const states = ['40001', '40P01', '55P03']

test.each(kinds.flatMap((kind) => states.map((state) => [kind, state] as const)))(
  'F13: a %s that meets another twice (%s) is done again, and then once',
  async (kind, state) => {
    const statement = statements[kind]!
    const run = await statement.make()
    await meddle(statement, state, 2)
    expect(await run()).toEqual(statement.answers)
    expect(await met()).toBe(3)
  },
)

// Each takes half a second of tries.
test.each(['claim', 'plan', 'command of a person', 'put', 'heartbeat'])(
  'F13: a %s that always meets another is given up after six tries, with a sentence, and nothing of it is done',
  async (kind) => {
    const statement = statements[kind]!
    const run = await statement.make()
    await meddle(statement, '40P01', 1_000_000)
    await expect(run()).rejects.toThrow('The database undid this 6 times in favour of others that wanted the same rows: it met another.')
    expect(await met()).toBe(6)
    await store.pool.query('drop function meet cascade')
    expect(await run()).toEqual(statement.answers)
  },
)

test('F13: what is wrong with a statement itself is told at once', async () => {
  const statement = statements['claim']!
  const run = await statement.make()
  await meddle(statement, '22012', 1)
  await expect(run()).rejects.toThrow('it met another')
  expect(await met()).toBe(1)
})
