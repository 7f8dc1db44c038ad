import { expect } from 'vitest'
import pg from 'pg'
import { next, type InstanceStatus } from '../../../engine/lifecycle/statuses.ts'
import { poolConfig, type StoreConnection } from '../../../engine/store/connection.ts'

/** What an invariant of failure-modes.md says, and a statement that finds what breaks it. */
interface Invariant {
  readonly id: string
  readonly says: string
  readonly breaks: string
}

const ended = `('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    says: 'each due interval has exactly one instance of each component',
    breaks: `select pipeline_id, component_id, referrer_id, interval_start, count(*) from instances group by 1, 2, 3, 4 having count(*) > 1`,
  },
  {
    id: 'I1',
    says: 'no interval before the watermark was left out',
    // Only for schedules that begin with their first interval, are not skipped, and whose activities are all on them.
    breaks: `select i.component_id, w.next_index, count(distinct i.interval_start)
      from watermarks w join instances i on i.pipeline_id = w.pipeline_id and i.family = 'activity' and i.status <> 'SCHEDULED'
      where w.skip_before is null and 1 = (select count(*) from watermarks o where o.pipeline_id = w.pipeline_id)
      group by w.pipeline_id, i.component_id, w.next_index having count(distinct i.interval_start) < w.next_index`,
  },
  {
    id: 'I2',
    says: 'what has not ended is either held, has an attempt, or waits for something that has not ended',
    breaks: `select i.id, i.component_id, i.status, i.waiting from instances i where i.family in ('activity', 'precondition') and i.hold is null and (
        i.status = 'WAITING_ON_DEPENDENCIES' and (i.waiting <= 0 or not exists (
          select 1 from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = i.id and p.status not in ('FINISHED', 'SKIPPED')))
        or i.status in ('WAITING_FOR_RUNNER', 'RUNNING') and not exists (
          select 1 from attempts a where a.instance_id = i.id and a.number = i.attempt_count and a.status = i.status))`,
  },
  {
    id: 'I3',
    says: 'at most one attempt of an instance has not ended, and it is the newest',
    breaks: `select instance_id, count(*), max(number) from attempts where status in ('WAITING_FOR_RUNNER', 'RUNNING') group by 1
      having count(*) > 1 or max(number) <> (select attempt_count from instances where id = instance_id)`,
  },
  {
    id: 'I3',
    says: 'no fence was given twice',
    breaks: `select fence, count(*) from attempts where fence is not null group by 1 having count(*) > 1`,
  },
  {
    id: 'I4',
    says: 'at most one attempt of a run FINISHED',
    breaks: `select i.id, i.component_id, count(*) from instances i join attempts a on a.instance_id = i.id and a.status = 'FINISHED'
      where i.family = 'activity' group by 1, 2, i.rerun having count(*) > 1 + i.rerun`,
  },
  {
    id: 'I6',
    says: 'an activity starts only after what it waits for has ended well',
    breaks: `select c.component_id, p.component_id as producer, a.start_time, p.status, p.actual_end_time
      from dependencies d join instances c on c.id = d.consumer_id and c.family = 'activity' and c.rerun = 0 join instances p on p.id = d.producer_id and p.rerun = 0
      join attempts a on a.instance_id = c.id and a.number = 1 and a.start_time is not null
      where p.family <> 'resource' and (p.status not in ('FINISHED', 'SKIPPED') or p.actual_end_time > a.start_time)`,
  },
  {
    id: 'I7',
    says: 'tries never exceed 1 + maximumRetries, what a person asked for and what was handed back apart',
    breaks: `select i.id, i.component_id, count(*), i.maximum_retries from instances i join attempts a on a.instance_id = i.id
      where i.rerun = 0 and i.family <> 'resource' group by 1, 2 having count(*) filter (where a.status = 'FAILED') > 1 + i.maximum_retries`,
  },
  {
    id: 'I8',
    says: 'states move only along the table',
    breaks: `select * from wrong_steps`,
  },
  {
    id: 'I9',
    says: 'nothing that has ended keeps a lease, and no hint waits for what has ended',
    breaks: `select a.id, a.status from attempts a join instances i on i.id = a.instance_id
      where a.status <> 'RUNNING' and a.lease_until is not null or i.status in ${ended} and a.status in ('WAITING_FOR_RUNNER', 'RUNNING')`,
  },
  {
    id: 'I10',
    says: 'every attempt that failed is one event that a person can read',
    breaks: `select a.id, a.error_id from attempts a join instances i on i.id = a.instance_id and i.family = 'activity' where a.status = 'FAILED'
      and 1 <> (select count(*) from events e where e.attempt_id = a.id)`,
  },
]

/** Records every step of an instance that the lifecycle's table lacks (I8): processes of the product must not be stopped by it. Called once, after
 *  the store was migrated. */
export async function watchSteps(connection: StoreConnection): Promise<void> {
  const allowed = (Object.keys(next) as InstanceStatus[]).flatMap((from) => next[from].map((to) => `'${from}>${to}'`))
  await ask(
    connection,
    `create table if not exists wrong_steps (instance text, step text);
     create or replace function record_wrong_step() returns trigger language plpgsql as $$ begin
       insert into sluice.wrong_steps values (old.instance_key, old.status || ' > ' || new.status);
       return new;
     end $$;
     create or replace trigger record_wrong_step before update of status on instances for each row
       when (old.status is distinct from new.status and old.status || '>' || new.status not in (${allowed.join(', ')})) execute function record_wrong_step();`,
  )
}

/** I1 to I10 but I5, as far as the store can tell: what was acknowledged, what a run published, and what it left on the machine, its own test knows. */
export async function expectInvariants(connection: StoreConnection): Promise<void> {
  const broken: string[] = []
  for (const { id, says, breaks } of invariants) {
    if (id === 'I8' && !(await ask(connection, `select 1 where to_regclass('wrong_steps') is not null`)).length) continue
    const rows = await ask(connection, `${breaks} limit 5`)
    if (rows.length > 0) broken.push(`${id}: ${says}, but not ${JSON.stringify(rows)}`)
  }
  expect(broken.join('\n')).toBe('')
}

async function ask(connection: StoreConnection, sql: string): Promise<unknown[]> {
  const client = new pg.Client(poolConfig(connection, 1))
  await client.connect()
  try {
    const answer = await client.query(sql)
    return Array.isArray(answer) ? [] : answer.rows
  } finally {
    await client.end()
  }
}
