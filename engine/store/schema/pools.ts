/** Pools: how many activities that name one may be under way at once, over all pipelines and workers. */
export const pools = `
create table pools (
  name text primary key,
  slots integer not null
);
alter table instances add column pool text;
alter table attempts add column pool text;
create index attempts_for_pool on attempts (pool, priority desc, id) where held = 'POOL';
create index attempts_in_pool on attempts (pool) where pool is not null and status in ('WAITING_FOR_RUNNER', 'RUNNING') and held is null;
`

/** `fill_pools()`: of the attempts that wait for a slot of their pool as many go on as are free, highest priority first, then oldest. A slot is
 *  taken by what runs and by what is offered to workers. Call it whenever an attempt came to wait or one has ended; a sweep stands behind.
 *
 *  The row of the pool is locked, so that two who fill it do not both count the same slot free; after attempts and instances, as everywhere. */
export const fillPools = `
create or replace function fill_pools() returns integer language plpgsql as $$
declare
  v_pool pools;
  v_free bigint[];
  v_count integer := 0;
  v_floor bigint := coalesce(pg_sequence_last_value('attempts_floor'), 0);
begin
  if not exists (select 1 from attempts where held = 'POOL' and id >= v_floor) then return 0; end if;
  -- One that was taken away while a pipeline still names it begins anew.
  insert into pools (name, slots) select distinct pool, 1 from attempts where held = 'POOL' and id >= v_floor order by 1 on conflict do nothing;
  for v_pool in select * from pools where name in (select distinct pool from attempts where held = 'POOL' and id >= v_floor) order by name for no key update loop
    -- Chosen before they are changed: within one statement the choice may be made again for each row, and then more go on than there are slots.
    v_free := array(
      select id from attempts where pool = v_pool.name and held = 'POOL' and status = 'WAITING_FOR_RUNNER' and id >= v_floor order by priority desc, id
      limit greatest(0, v_pool.slots - (
        select count(*) from attempts where pool = v_pool.name and status in ('WAITING_FOR_RUNNER', 'RUNNING') and held is null and id >= v_floor
      )) for no key update skip locked
    );
    update attempts set held = null where id = any(v_free) and id >= v_floor;
    perform write_hints(v_free);
    v_count := v_count + cardinality(v_free);
  end loop;
  return v_count;
end $$;
`
