import { historyTables, windowIds, windowLock } from './windows.ts'

const failed = `('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')`
const ended = `('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

/** More rows are not moved while everyone waits: then the window stays until fewer of it are needed. */
const mostKept = 50_000

/** `needed_of(bound)`: instances with lower ids that something still needs: what has not ended, its resources, what it waits for, and where a failure
 *  that it waits behind began; what an action is still to be told of.
 *  `newest_of(bound)`: the run of each component of an active pipeline that ended last, if its id is lower: its health. */
export const neededOf = `
create or replace function needed_of(p_bound bigint) returns bigint[] language sql as $$
  with recursive live as materialized (
    select id, resource_id from instances where status not in ${ended}
  ), up (id, is_direct) as (
    select d.producer_id, true from live join dependencies d on d.consumer_id = live.id
    union
    select d.producer_id, false from up join instances u on u.id = up.id and u.status in ${failed} join dependencies d on d.consumer_id = up.id
      join instances p on p.id = d.producer_id and p.status in ${failed}
  )
  select coalesce(array_agg(id), '{}') from (
    select id from live where id < p_bound union select resource_id from live where resource_id < p_bound union select id from up where id < p_bound
    union select instance_id from outbox where kind = 'action' and instance_id < p_bound
  ) needed
$$;

create or replace function newest_of(p_bound bigint) returns bigint[] language sql as $$
  select coalesce(array_agg(i.id), '{}') from pipelines p join components c on c.pipeline_id = p.id, lateral (
    select id from instances i where i.pipeline_id = c.pipeline_id and i.component_id = c.id and i.status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
      and i.family <> 'precondition' and i.actual_end_time is not null order by i.actual_end_time desc limit 1
  ) i where p.state in ('SCHEDULED', 'DEACTIVATING') and i.id < p_bound
$$;
`

/** `purge_window(number, because, wait)`: drops the oldest window that still is there, with what earlier purges kept. What is needed of them is moved to
 *  one small partition in their place, under the same ids; all in one transaction, so that whoever reads finds all of a run or nothing of it.
 *  Answers what went, or null when that window is not the oldest that rows no longer come to; \`tooMany\` says that nothing was done.
 *
 *  Everyone waits while the rows are moved, and while this waits for those who were before it: no longer than `wait`, in milliseconds; then it fails
 *  with nothing changed, and is to be called again. That also ends a circle of waiting, before the database would. */
export const purgeWindow = `
drop function if exists purge_window(integer, jsonb);
create or replace function purge_window(p_number integer, p_because jsonb, p_wait_ms integer) returns jsonb language plpgsql as $$
declare
  v_bound bigint := (p_number + 1) * ${windowIds}::bigint;
  v_table text;
  v_part text;
  v_old text;
  v_kept bigint[];
  v_newest bigint[];
  v_instances bigint;
  v_attempts bigint;
  v_bytes bigint := 0;
  v_left bigint := 0;
  v_purge jsonb;
begin
  perform set_config('lock_timeout', p_wait_ms::text, true);
  perform pg_advisory_xact_lock(${windowLock});
  if p_number is distinct from (select min(number) from windows where purged_time is null)
    or not exists (select 1 from windows where number = p_number and end_time is not null) then return null; end if;
  -- What takes long and keeps nobody waiting.
  select count(*) into v_instances from instances where id < v_bound;
  select count(*) into v_attempts from attempts where id < v_bound;
  v_newest := newest_of(v_bound);
  foreach v_table in array array[${historyTables}] loop
    perform make_part(v_table, v_table || '_kept' || p_number);
  end loop;

  -- Everyone asks for instances before the others: who has not got them has not begun. For the others nobody is waited for long, since that may be a
  -- circle.
  lock table only instances in access exclusive mode;
  perform set_config('lock_timeout', '300', true);
  lock table only attempts, only dependencies, only events in access exclusive mode;
  v_kept := array(select unnest(needed_of(v_bound)) union select unnest(v_newest));
  if cardinality(v_kept) > ${mostKept} then
    foreach v_table in array array[${historyTables}] loop
      execute format('drop table %I', v_table || '_kept' || p_number);
    end loop;
    return jsonb_build_object('tooMany', cardinality(v_kept));
  end if;
  foreach v_table in array array[${historyTables}] loop
    v_part := v_table || '_kept' || p_number;
    execute format('insert into %I select t.* from %I t where %s', v_part, v_table, case v_table
      when 'instances' then 't.id < $1 and t.id = any($2)' when 'dependencies' then 't.producer_id < $1 and t.producer_id = any($2) and (t.consumer_id >= $1 or t.consumer_id = any($2))'
      else 't.id < $1 and t.instance_id = any($2)' end) using v_bound, v_kept;
    for v_old in
      select c.relname from pg_inherits h join pg_class c on c.oid = h.inhrelid where h.inhparent = v_table::regclass and (c.relname = v_table || '_w' || p_number or c.relname ~ '_kept[0-9]+$')
    loop
      v_bytes := v_bytes + pg_total_relation_size(v_old::regclass);
      execute format('drop table %I', v_old);
    end loop;
    execute format('alter table %I attach partition %I for values from (minvalue) to (%s)', v_table, v_part, v_bound);
    v_left := v_left + pg_total_relation_size(v_part::regclass);
  end loop;
  v_purge := p_because || jsonb_build_object('instances', v_instances - (select count(*) from instances where id < v_bound),
    'attempts', v_attempts - (select count(*) from attempts where id < v_bound), 'kept', (select count(*) from instances where id < v_bound), 'bytes', v_bytes - v_left);
  update windows set purged_time = now(), purge = v_purge where number = p_number;
  insert into events (pipeline_id, kind, detail) select '', 'PURGED', v_purge || jsonb_build_object('from', begin_time, 'to', end_time) from windows where number = p_number;
  return v_purge;
end $$;
`
