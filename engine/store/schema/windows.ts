/** How many ids a window has: those of window k are from k * 10^9. */
export const windowIds = 1_000_000_000

/** Any number that no one else in the database uses as an advisory lock. */
export const windowLock = 7_300_532

/** What grows with time. In the order in which they are locked, attempts first as everywhere. */
export const historyTables = `'attempts', 'instances', 'dependencies', 'events'`

/** Instances, attempts, dependencies and events become partitions of windows: a window is a span of time, and its rows are known by their ids, so
 *  that what is asked for by its id is looked for in one partition. A window begins when the sequences that the ids come from are set forward to
 *  it. What there is becomes the first window; nothing is copied.
 *
 *  `windows`: `begin_time` is null of one that is made ahead of need; `end_time` of the one that rows come to. `purge` says what went with it, and
 *  why. `attempts_floor`: no attempt with a lower id is ready or runs.
 *
 *  No key over all partitions keeps two of one pipeline, component and interval apart: a plan looks, with the pipeline's row locked. */
export const windows = `
create table windows (
  number integer primary key,
  begin_time timestamptz,
  end_time timestamptz,
  purged_time timestamptz,
  purge jsonb
);
create sequence attempts_floor minvalue 0;
select setval('attempts_floor', 0);
alter table instances drop constraint instances_pipeline_id_fkey;
create index events_of_instance on events (instance_id) where instance_id is not null;

do $$
declare
  v_table text;
  v_key text;
  v_next bigint;
  v_window integer := (select greatest((select max(id) from instances), (select max(id) from attempts), (select max(id) from events), 0) / ${windowIds});
  v_part text;
  v_index record;
begin
  foreach v_table in array array[${historyTables}] loop
    v_part := v_table || '_w' || v_window;
    v_key := case v_table when 'dependencies' then 'producer_id' else 'id' end;
    create temporary table old_indexes on commit drop as
      select c.relname as name, pg_get_indexdef(c.oid) as definition, x.indisunique as is_unique from pg_index x join pg_class c on c.oid = x.indexrelid
      where x.indrelid = v_table::regclass;
    if v_key = 'id' then
      execute format('select case when is_called then last_value + 1 else last_value end from %s', pg_get_serial_sequence(v_table, 'id')) into v_next;
      execute format('alter table %I alter id drop identity', v_table);
      execute format('create sequence %I', v_table || '_id_seq');
      perform setval(v_table || '_id_seq', v_next, false);
      execute format('alter table %I alter id set default nextval(%L)', v_table, v_table || '_id_seq');
    end if;
    for v_index in select * from old_indexes loop
      execute format('alter index %I rename to %I', v_index.name, left(v_index.name, 50) || '_w' || v_window);
    end loop;
    execute format('alter table %I rename to %I', v_table, v_part);
    execute format('create table %I (like %I including defaults) partition by range (%I)', v_table, v_part, v_key);
    if v_key = 'id' then execute format('alter sequence %I owned by %I.id', v_table || '_id_seq', v_table); end if;
    execute format('alter table %I add primary key (%s)', v_table, case v_table when 'dependencies' then 'producer_id, consumer_id' else 'id' end);
    for v_index in select * from old_indexes where not is_unique loop
      execute v_index.definition;
    end loop;
    execute format('alter table %I attach partition %I for values from (minvalue) to (%s)', v_table, v_part, (v_window + 1) * ${windowIds}::bigint);
    drop table old_indexes;
  end loop;
  insert into windows (number, begin_time) values (v_window, coalesce((select min(actual_start_time) from instances), now()));
end $$;
`

/** `make_window(number)`: tables for a window that is to begin later. A lock on the parents is not taken that anybody waits for.
 *  `make_part(table, part)`: one table that can become a partition, with the keys that hold within one. */
export const makeWindow = `
create or replace function make_part(p_table text, p_part text) returns void language plpgsql as $$
begin
  execute format('create table %I (like %I including defaults)', p_part, p_table);
  if p_table = 'instances' then
    execute format('alter table %I set (fillfactor = 80); create unique index on %I (pipeline_id, component_id, referrer_id, interval_start)', p_part, p_part);
  elsif p_table = 'attempts' then
    execute format('alter table %I set (fillfactor = 80); create unique index on %I (instance_id, number)', p_part, p_part);
  end if;
end $$;

create or replace function make_window(p_number integer) returns void language plpgsql set lock_timeout = '300ms' as $$
declare
  v_table text;
  v_part text;
begin
  perform pg_advisory_xact_lock(${windowLock});
  if exists (select 1 from windows where number = p_number) then return; end if;
  foreach v_table in array array[${historyTables}] loop
    v_part := v_table || '_w' || p_number;
    perform make_part(v_table, v_part);
    execute format('alter table %I attach partition %I for values from (%s) to (%s)', v_table, v_part, p_number * ${windowIds}::bigint, (p_number + 1) * ${windowIds}::bigint);
  end loop;
  insert into windows (number) values (p_number);
end $$;
`

/** `begin_window(number, now)`: rows come to this window from now on. False when it is not made ahead, or has begun already.
 *
 *  Who writes is waited for, and whoever comes later waits: nobody who has an id of the window before is still to store it, and nobody gets
 *  an id of the new one who does not know of its tables. Not for longer than the lock time-out: then it fails, and is to be called again. The attempts first: what comes of an instance of a window is not of an earlier window. */
export const beginWindow = `
create or replace function begin_window(p_number integer, p_now timestamptz) returns boolean language plpgsql set lock_timeout = '300ms' as $$
declare
  v_table text;
  v_last bigint;
begin
  perform pg_advisory_xact_lock(${windowLock});
  if not exists (select 1 from windows where number = p_number and begin_time is null) then return false; end if;
  lock table only attempts, only instances, only events in share mode;
  foreach v_table in array array['attempts', 'instances', 'events'] loop
    execute format('select last_value from %I', v_table || '_id_seq') into v_last;
    if v_last < p_number * ${windowIds}::bigint then
      perform setval(v_table || '_id_seq', p_number * ${windowIds}::bigint, false);
    end if;
  end loop;
  update windows set end_time = p_now where number = p_number - 1;
  update windows set begin_time = p_now where number = p_number;
  return true;
end $$;
`

/** `raise_floor()`: \`attempts_floor\` goes up to the oldest window in which an attempt is ready or runs. What has ended once stays so: whatever
 *  runs again gets a new attempt, in the newest window. */
export const raiseFloor = `
create or replace function raise_floor() returns void language plpgsql as $$
declare
  v_floor bigint := coalesce(pg_sequence_last_value('attempts_floor'), 0);
  v_next bigint;
begin
  for v_next in select (number + 1) * ${windowIds}::bigint from windows where end_time is not null and (number + 1) * ${windowIds}::bigint > v_floor order by number loop
    exit when exists (select 1 from attempts where id >= v_floor and id < v_next and status = 'WAITING_FOR_RUNNER' and held is null)
      or exists (select 1 from attempts where id >= v_floor and id < v_next and status = 'WAITING_FOR_RUNNER' and held is not null)
      or exists (select 1 from attempts where id >= v_floor and id < v_next and status = 'RUNNING');
    perform setval('attempts_floor', v_next);
    v_floor := v_next;
  end loop;
end $$;
`
