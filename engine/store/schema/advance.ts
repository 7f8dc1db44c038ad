/** `advance(finished, ready)`: what follows from instances that became FINISHED or SKIPPED, and from instances whose last dependency is met.
 *  Lowers the counts of consumers, finishes data nodes that wait for nothing more (and so on through them), and makes an attempt for every
 *  activity and precondition that became ready. By keys alone (hence `coalesce`, which no index knows), as `settle_one` says. Up to `want` of those that the claimant may run are claimed at once: their attempts are born
 *  RUNNING. The rest get hints in the outbox, in batches that can wake many workers. Returns the ids of the claimed attempts. */
export const advance = `
create or replace function advance(
  p_finished bigint[], p_ready bigint[],
  p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval
) returns bigint[] language plpgsql as $$
declare
  v_finished bigint[] := p_finished;
  v_ready bigint[] := p_ready;
  v_more bigint[];
  v_claimed bigint[] := '{}';
  v_some bigint[];
  v_want integer := p_want;
  v_waiting bigint[];
  v_low bigint;
  v_high bigint;
  v_from bigint;
  v_consumers bigint[];
  v_floor bigint;
begin
  loop
    if cardinality(v_finished) > 0 then
      select min(id), max(id) into v_low, v_high from unnest(v_finished) as id;
      -- Who comes to wait for these from now on waits until this is committed: both queries see the same.
      select array_agg(distinct d.consumer_id), min(d.consumer_id) into v_consumers, v_from from dependencies d where d.producer_id = any(v_finished) and d.producer_id between v_low and v_high;
      perform lock_instances(v_consumers);
      insert into outbox (kind, instance_id, event)
        select 'action', i.id, 'onSuccess' from instances i where i.id = any(v_finished) and i.id between v_low and v_high and 'onSuccess' = any(i.fires) and i.status = 'FINISHED';
      with met as (
        select d.consumer_id, count(*) as n from dependencies d where d.producer_id = any(v_finished) and d.producer_id between v_low and v_high group by 1
      ), locked as materialized (
        select i.id, i.waiting - met.n as left, i.family from met join instances i on i.id = met.consumer_id and i.id >= v_from
        where coalesce(i.status) = 'WAITING_ON_DEPENDENCIES' order by i.id for no key update of i
      ), lowered as (
        update instances i set
          waiting = locked.left,
          status = case when locked.left = 0 and locked.family = 'datanode' then 'FINISHED' else i.status end,
          actual_end_time = case when locked.left = 0 and locked.family = 'datanode' then now() else i.actual_end_time end
        from locked where i.id = locked.id and i.id >= v_from returning i.id, i.waiting, i.family
      )
      select coalesce(array_agg(id) filter (where family = 'datanode'), '{}'), v_ready || coalesce(array_agg(id) filter (where family in ('activity', 'precondition')), '{}')
        into v_more, v_ready from lowered where waiting = 0;
      v_finished := v_more;
    end if;
    exit when cardinality(v_finished) = 0;
  end loop;
  if cardinality(v_ready) = 0 then
    return v_claimed;
  end if;
  select min(id), max(id) into v_low, v_high from unnest(v_ready) as id;
  select min(i.resource_id) into v_from from instances i where i.id = any(v_ready) and i.id between v_low and v_high;
  v_floor := coalesce(pg_sequence_last_value('attempts_floor'), 0);

  -- Only when nobody of a higher rank already waits may the claimant go straight on with what it readied.
  if v_want > 0 and exists (
    select 1 from attempts a where a.worker_group = any(p_groups) and a.lane = p_lane and a.status = 'WAITING_FOR_RUNNER' and a.held is null
      and a.id >= v_floor and a.priority > (select max(i.priority) from instances i where i.id = any(v_ready) and i.id between v_low and v_high)
  ) then
    v_want := 0;
  end if;

  with ranked as materialized (
    select i.id, i.worker_group, i.lane, i.priority, i.resource_id, i.attempt_count + 1 as number,
      r.status is not distinct from null or r.status = 'RUNNING' as housed, i.pool,
      row_number() over (partition by i.worker_group = any(p_groups) and i.lane = p_lane and i.pool is null and (r.status is null or r.status = 'RUNNING') order by i.priority desc, i.id) as rank
    from instances i left join instances r on r.id = i.resource_id and r.id >= v_from
    where i.id = any(v_ready) and i.id between v_low and v_high and coalesce(i.status) = 'WAITING_ON_DEPENDENCIES'
  ), decided as materialized (
    select *, housed and pool is null and lane = p_lane and worker_group = any(p_groups) and rank <= v_want as claimed from ranked
  ), moved as (
    update instances i set status = case when d.claimed then 'RUNNING' else 'WAITING_FOR_RUNNER' end, attempt_count = d.number, tries_left = case when i.tries_left > 0 then i.tries_left - 1 else 0 end
    from decided d where i.id = d.id and i.id >= v_low
  ), born as (
    insert into attempts (instance_id, number, status, held, worker_group, lane, priority, pool, fence, worker_id, hostname, lease_until, start_time, check_since)
    select d.id, d.number, case when d.claimed then 'RUNNING' else 'WAITING_FOR_RUNNER' end,
      case when not d.housed then 'RESOURCE' when d.pool is not null then 'POOL' end, d.worker_group, d.lane, d.priority, d.pool,
      case when d.claimed then nextval('fences') end, case when d.claimed then p_worker end, case when d.claimed then p_hostname end,
      case when d.claimed then now() + p_lease end, case when d.claimed then clock_timestamp() end, case when d.lane = 'precondition' then now() end
    from decided d order by d.priority desc, d.id
    returning id, status, held
  )
  select coalesce(array_agg(id) filter (where status = 'RUNNING'), '{}'), coalesce(array_agg(id) filter (where status <> 'RUNNING' and held is null), '{}')
    into v_claimed, v_waiting from born;
  perform write_hints(v_waiting);
  perform fill_pools();
  return v_claimed;
end $$;
`

/** `lock_instances(instances)`: in the order of ids, so that nobody locks crosswise. By a query of its own, which joins nothing: one that locks rows of
 *  partitions while it joins them loses those that someone else changed meanwhile (PostgreSQL 18.4), and what is found after it is as it is locked. */
export const lockInstances = `
create or replace function lock_instances(p_instances bigint[]) returns void language plpgsql as $$
declare
  v_low bigint;
  v_high bigint;
begin
  select min(id), max(id) into v_low, v_high from unnest(p_instances) as id;
  perform 1 from instances where id = any(p_instances) and id between v_low and v_high order by id for no key update;
end $$;
`

/** `write_hints(attempts)`: outbox rows that say which groups have ready attempts, to be offered after the commit. */
export const writeHints = `
create or replace function write_hints(p_attempts bigint[]) returns void language plpgsql as $$
begin
  if cardinality(p_attempts) = 0 then return; end if;
  insert into outbox (kind, worker_group, lane, attempt_ids) select 'hint', h.worker_group, h.lane, h.attempt_ids from hints_of(p_attempts) h;
end $$;
`

/** `hints_of(attempts)`: the hints for ready attempts. One attempt a hint up to 32, so that as many workers wake; beyond that in batches,
 *  since a worker that woke goes on by itself. */
export const hintsOf = `
create or replace function hints_of(p_attempts bigint[]) returns table (worker_group text, lane text, attempt_ids bigint[]) language plpgsql as $$
#variable_conflict use_column
declare
  v_low bigint;
  v_high bigint;
begin
  select min(id), max(id) into v_low, v_high from unnest(p_attempts) as id;
  return query select worker_group, lane, array_agg(id)
  from (
    select a.id, a.worker_group, a.lane,
      (row_number() over (partition by a.worker_group, a.lane order by a.priority desc, a.id) - 1)
        / greatest(1, ceil(count(*) over (partition by a.worker_group, a.lane) / 32.0)::bigint) as batch
    from attempts a where a.id = any(p_attempts) and a.id between v_low and v_high
  ) numbered group by worker_group, lane, batch order by batch;
end $$;
`
