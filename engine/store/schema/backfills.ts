/** A backfill: intervals of the past that a person asks for, planned a few at a time beside what the schedules plan themselves. `room` is how
 *  many intervals of one schedule may be active at once; `again` which of those that ended run once more (`none`, `failed`, `all`); those that
 *  never ran always do. A mark is how far one schedule of it is planned: from `next_index` up to `last_index`, included. */
export const backfills = `
create table backfills (
  id text primary key,
  pipeline_id text not null references pipelines on delete cascade,
  from_time timestamptz not null,
  to_time timestamptz not null,
  room integer not null,
  again text not null,
  state text not null default 'RUNNING',
  interval_count integer not null,
  creation_time timestamptz not null default now(),
  finished_time timestamptz
);
create index backfills_running on backfills (pipeline_id) where state = 'RUNNING';
create index backfills_by_pipeline on backfills (pipeline_id, creation_time desc);

create table backfill_marks (
  backfill_id text not null references backfills on delete cascade,
  schedule_id text not null,
  schedule_type text not null,
  next_index bigint not null,
  last_index bigint not null,
  primary key (backfill_id, schedule_id, schedule_type)
);

alter table instances add column backfill_id text;
create index instances_of_backfill on instances (backfill_id, interval_start) where backfill_id is not null;
`

/** `backfill_again(backfill, instances)`: of these instances of one interval, those that ended and are asked for once more begin anew, all
 *  together with `new`, which never ran. Call it with the pipeline locked. */
export const backfillAgain = `
create or replace function backfill_again(p_backfill text, p_own bigint[], p_new bigint[]) returns void language plpgsql as $$
declare
  v_again bigint[];
  v_kind text;
begin
  select again into v_kind from backfills where id = p_backfill;
  perform lock_instances(p_own || p_new || array(select consumer_id from dependencies where producer_id = any(p_own || p_new)));
  v_again := array(
    select id from instances where id = any(p_own) and id <> all(p_new) and case v_kind
      when 'all' then status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
      when 'failed' then status in ('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT') else false end
  );
  insert into events (pipeline_id, instance_id, kind, detail)
    select pipeline_id, id, 'RERUN', jsonb_build_object('was', status, 'backfill', p_backfill) from instances where id = any(v_again);
  update instances set status = 'WAITING_ON_DEPENDENCIES', backfill_id = p_backfill, tries_left = maximum_retries + 1, rerun = rerun + 1, waiting = 0, actual_start_time = now(),
    actual_end_time = null, error_id = null, error_message = null, cancellation_reason = null, provider_id = null, lease_until = null, deadline = null,
    available_time = null, ends_as = null where id = any(v_again);
  -- What only waits for them waits for them anew.
  update instances c set waiting = (
    select count(*) from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = c.id and p.status not in ('FINISHED', 'SKIPPED')
  ) where c.status = 'WAITING_ON_DEPENDENCIES' and c.id <> all(v_again || p_new) and c.id in (select consumer_id from dependencies where producer_id = any(v_again || p_new));
  perform begin_instances(v_again || p_new);
end $$;
`

/** `backfill_places(backfill, instances)`: instances that a later plan of this backfill is going to run, again or for the first time, wait for it as
 *  places, so that what is planned now does not take their old end for the new one. Returns nothing; call it with the pipeline locked. */
export const backfillPlaces = `
create or replace function backfill_places(p_backfill text, p_instances bigint[]) returns void language plpgsql as $$
declare
  v_kind text;
  v_moved bigint[];
begin
  select again into v_kind from backfills where id = p_backfill;
  perform lock_instances(p_instances || array(select consumer_id from dependencies where producer_id = any(p_instances)));
  with moved as (
    update instances set status = 'SCHEDULED', backfill_id = p_backfill, rerun = rerun + (status <> 'SKIPPED')::integer, tries_left = maximum_retries + 1, waiting = 0,
      actual_end_time = null, error_id = null, error_message = null, cancellation_reason = null, provider_id = null, lease_until = null, deadline = null, available_time = null, ends_as = null
    where id = any(p_instances) and (status = 'SKIPPED'
      or v_kind = 'all' and status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
      or v_kind = 'failed' and status in ('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')) returning id
  )
  select coalesce(array_agg(id), '{}') into v_moved from moved;
  update instances c set waiting = (
    select count(*) from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = c.id and p.status not in ('FINISHED', 'SKIPPED')
  ) where c.status = 'WAITING_ON_DEPENDENCIES' and c.id in (select consumer_id from dependencies where producer_id = any(v_moved));
end $$;

create or replace function drop_backfill_places(p_backfill text) returns void language plpgsql as $$
declare
  v_skipped bigint[];
  v_canceled bigint[];
begin
  with moved as (
    update instances set status = case when attempt_count = 0 then 'SKIPPED' else 'CANCELED' end, hold = null, hold_room = null, actual_end_time = now(),
      cancellation_reason = case when attempt_count > 0 then 'its backfill was cancelled' end
    where backfill_id = p_backfill and status = 'SCHEDULED' returning id, status
  )
  select coalesce(array_agg(id) filter (where status = 'SKIPPED'), '{}'), coalesce(array_agg(id) filter (where status = 'CANCELED'), '{}')
    into v_skipped, v_canceled from moved;
  perform spread_failure(v_canceled);
  perform advance(v_skipped, '{}', null, null, '{}', 'activity', 0, interval '0');
end $$;
`

/** `end_backfills()`: those that are planned to their end and whose instances have ended are FINISHED. Returns how many.
 *  `cancel_backfill(backfill)`: plans no more of it and cancels what has not ended; false when it was over already. */
export const endBackfills = `
create or replace function end_backfills() returns integer language sql as $$
  with over as (
    update backfills b set state = 'FINISHED', finished_time = now() where b.state = 'RUNNING'
      and not exists (select 1 from backfill_marks m where m.backfill_id = b.id and m.next_index <= m.last_index)
      and not exists (select 1 from instances i where i.backfill_id = b.id and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED'))
    returning 1
  ) select count(*)::integer from over
$$;

create or replace function cancel_backfill(p_backfill text) returns boolean language plpgsql as $$
declare
  v_pipeline text;
begin
  select pipeline_id into v_pipeline from backfills where id = p_backfill;
  -- The pipeline first, as a plan does it: no interval of this is planned after it.
  perform 1 from pipelines where id = v_pipeline for no key update;
  update backfills set state = 'CANCELED', finished_time = now() where id = p_backfill and state = 'RUNNING';
  if not found then return false; end if;
  perform cancel_instances(array(
    select id from instances where backfill_id = p_backfill
      and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED', 'SCHEDULED') order by id
  ), 'its backfill was cancelled');
  perform drop_backfill_places(p_backfill);
  return true;
end $$;
`
