/** `sweep()`: the safety net behind every signal. Lets go what was held until now or for a resource that runs, takes attempts from workers whose lease has ended (which
 *  costs a try), notes what is late, and offers again what is ready but untaken. Answers in how many milliseconds the next held attempt,
 *  lease or lateness falls due, or null when there is none. */
export const sweep = `
create or replace function sweep() returns double precision language plpgsql as $$
declare
  v_attempt record;
  v_free bigint[];
begin
  perform 1 from instances where false; -- so that a purge comes before all of this, or after
  with let_go as (
      update attempts set held = coalesce((select unhoused(i.resource_id) from instances i where i.id = attempts.instance_id), case when pool is not null then 'POOL' end), available_time = null where id in (
        select id from attempts where status = 'WAITING_FOR_RUNNER' and held in ('RETRY_DELAY', 'CHECK') and available_time <= now() order by available_time limit 10000 for no key update skip locked
    ) returning id, held
  )
  select coalesce(array_agg(id) filter (where held is null), '{}') into v_free from let_go;
  perform write_hints(v_free);
  perform release_housed(array(
    select i.resource_id from attempts a join instances i on i.id = a.instance_id where a.status = 'WAITING_FOR_RUNNER' and a.held = 'RESOURCE'
  ));
  for v_attempt in
    select id, worker_id, hostname from attempts where status = 'RUNNING' and lease_until < now() order by id limit 1000 for no key update skip locked
  loop
    perform fail_attempt(v_attempt.id, 'LeaseLost', 'The worker on ' || coalesce(v_attempt.hostname, 'an unknown host') || ' stopped reporting before the attempt had ended.', null, true, interval '0');
  end loop;
  perform fill_pools();
  with late as (
    update instances set late_time = null where late_time <= now() and id in (select id from instances where late_time <= now() and hold is null limit 1000 for no key update skip locked)
    returning id, pipeline_id, status, fires
  ), overdue as (
    select * from late where status not in ('SCHEDULED', 'FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')
  ), noted as (
    insert into events (pipeline_id, instance_id, kind) select pipeline_id, id, 'LATE' from overdue
  )
  insert into outbox (kind, instance_id, event) select 'action', id, 'onLateAction' from overdue where 'onLateAction' = any(fires);
  return (select extract(epoch from least(
    -- Not of what waits for a resource or a pool: that is let go by a signal, and its time, if it has one, is over.
    (select min(available_time) from attempts where status = 'WAITING_FOR_RUNNER' and held in ('RETRY_DELAY', 'CHECK')),
    (select min(lease_until) from attempts where status = 'RUNNING'),
    (select min(late_time) from instances where late_time is not null and hold is null)
  ) - clock_timestamp()) * 1000);
end $$;
`

/** `reoffer()`: a hint for every group that has had ready attempts since before the last look: whatever happened to their first hints. */
export const reoffer = `
create or replace function reoffer() returns integer language plpgsql as $$
declare
  v_count integer;
begin
  insert into outbox (kind, worker_group, lane, attempt_ids)
    select 'hint', g.worker_group, g.lane, g.ids from (
      select a.worker_group, a.lane, (array_agg(a.id order by a.priority desc, a.id))[1:100] as ids
      from attempts a where a.status = 'WAITING_FOR_RUNNER' and a.held is null group by 1, 2
    ) g where not exists (select 1 from outbox o where o.kind = 'hint' and o.worker_group = g.worker_group and o.lane = g.lane);
  get diagnostics v_count = row_count;
  return v_count;
end $$;
`

/** `renew_leases(...)`: one beat for many attempts: what each of them is now to the worker that beats. By their keys alone, whatever the planner
 *  thinks of the few that RUN: the index of those holds all that ever ran while somebody keeps an old snapshot. */
export const renewLeases = `
create or replace function renew_leases(p_attempts bigint[], p_fences bigint[], p_progress json[], p_lease interval) returns text[] language sql as $$
  with given as (
    select * from unnest(p_attempts, p_fences, p_progress) with ordinality as g(attempt, fence, progress, ord)
  ), locked as materialized (
    select a.id from attempts a where a.id = any(p_attempts) order by a.id for no key update
  ), beat as (
    update attempts a set lease_until = now() + p_lease, progress = coalesce(g.progress::jsonb, a.progress)
    from given g join locked on locked.id = g.attempt where a.id = g.attempt and a.fence = g.fence and coalesce(a.status) = 'RUNNING' returning a.id
  )
  select array_agg(case when beat.id is not null then 'held' when a.status = 'CANCELED' then 'canceled' else 'lost' end order by g.ord)
  from given g left join beat on beat.id = g.attempt left join attempts a on a.id = g.attempt
$$;
`
