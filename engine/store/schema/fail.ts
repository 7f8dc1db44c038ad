/** `fail_attempt(...)`: the attempt FAILED. With tries left the next attempt is made and held until the delay is over; else the instance is
 *  FAILED, its onFail actions are noted and the failure flows to its consumers. A resource that says so is shut down after a failed attempt
 *  on it: what else is on it waits with the next attempt for a new machine.
 *  @see spec/behaviour.md 5.4 and 7 */
export const failAttempt = `
create or replace function unhoused(p_resource bigint) returns text language sql as $$
  select case when exists (select 1 from instances where id = p_resource and status <> 'RUNNING') then 'RESOURCE' end
$$;

create or replace function fail_attempt(p_attempt bigint, p_error_id text, p_error_message text, p_stack text, p_retry boolean, p_delay interval) returns void language plpgsql as $$
declare
  v_instance instances;
  v_id bigint;
  v_next bigint;
  v_held text;
begin
  update attempts set status = 'FAILED', end_time = now(), lease_until = null, error_id = p_error_id, error_message = p_error_message, error_stack_trace = p_stack where id = p_attempt;
  select a.instance_id into v_id from attempts a where a.id = p_attempt;
  select i.* into v_instance from instances i where i.id = v_id for no key update;
  if v_instance.status not in ('RUNNING', 'WAITING_FOR_RUNNER') then return; end if;
  if v_instance.resource_id is not null then
    update instances set status = 'SHUTTING_DOWN', ends_as = 'WAITING_ON_DEPENDENCIES', tries_left = maximum_retries + 1, lease_until = now(), deadline = null
      where id = v_instance.resource_id and status = 'RUNNING' and rules ->> 'onTaskFailure' = 'terminate';
  end if;
  if p_retry and v_instance.tries_left > 0 then
    v_held := case when p_delay > interval '0' then 'RETRY_DELAY' else coalesce(unhoused(v_instance.resource_id), case when v_instance.pool is not null then 'POOL' end) end;
    insert into attempts (instance_id, number, status, held, available_time, worker_group, lane, priority, pool, check_since)
      values (v_instance.id, v_instance.attempt_count + 1, 'WAITING_FOR_RUNNER', v_held, now() + p_delay,
        v_instance.worker_group, v_instance.lane, v_instance.priority, v_instance.pool, case when v_instance.lane = 'precondition' then now() end)
      returning id into v_next;
    update instances set status = 'WAITING_FOR_RUNNER', attempt_count = attempt_count + 1, tries_left = tries_left - 1, error_id = p_error_id, error_message = p_error_message where id = v_instance.id;
    insert into events (pipeline_id, instance_id, attempt_id, kind, detail)
      values (v_instance.pipeline_id, v_instance.id, p_attempt, 'RETRY', jsonb_build_object('errorId', p_error_id, 'errorMessage', p_error_message, 'after', p_delay::text));
    if v_held is null then perform write_hints(array[v_next]); end if;
    return;
  end if;
  update instances set status = 'FAILED', actual_end_time = now(), error_id = p_error_id, error_message = p_error_message where id = v_instance.id;
  if 'onFail' = any(v_instance.fires) then insert into outbox (kind, instance_id, event) values ('action', v_instance.id, 'onFail'); end if;
  insert into events (pipeline_id, instance_id, attempt_id, kind, detail)
    values (v_instance.pipeline_id, v_instance.id, p_attempt, 'FAILED', jsonb_build_object('errorId', p_error_id, 'errorMessage', p_error_message));
  perform spread_failure(array[v_instance.id]);
end $$;
`

/** `spread_failure(instances)`: what a FAILED, CANCELED or TIMEDOUT instance does to those that wait for it: a referrer fails with its
 *  precondition; consumers in mode \`cascade\` are CASCADE_FAILED, and so on; preconditions of the failed are CANCELED. What is CASCADE_FAILED
 *  says on what it depended and where that began.
 *  @see spec/behaviour.md 9 */
export const spreadFailure = `
create or replace function failure_origin(p_instance bigint) returns text language sql stable as $$
  with recursive broken as (
    select id, component_id, 1 as depth from instances where id = p_instance
    union
    select p.id, p.component_id, b.depth + 1 from broken b join dependencies d on d.consumer_id = b.id join instances p on p.id = d.producer_id
      where d.kind <> 'precondition' and p.status in ('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')
  )
  select component_id from broken order by depth desc, id limit 1
$$;

create or replace function spread_failure(p_instances bigint[]) returns void language plpgsql as $$
declare
  v_failed bigint[];
  v_origins text[];
  v_checks bigint[];
begin
  if cardinality(p_instances) = 0 then return; end if;
  select coalesce(array_agg(id), '{}'), coalesce(array_agg(case when status = 'CASCADE_FAILED' then failure_origin(id) else component_id end), '{}')
    into v_failed, v_origins from instances where id = any(p_instances);
  loop
    select coalesce(array_agg(d.producer_id), '{}') into v_checks from dependencies d join instances i on i.id = d.producer_id
      where d.consumer_id = any(v_failed) and d.kind = 'precondition' and i.status in ('WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'RUNNING');
    if cardinality(v_checks) > 0 then
      perform cancel_attempts(v_checks);
      update instances set status = 'CANCELED', actual_end_time = now(), cancellation_reason = 'what it guards has failed'
        where id = any(v_checks) and status in ('WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'RUNNING');
      perform cancel_attempts(array(select id from instances where id = any(v_checks) and status = 'CANCELED'));
    end if;
    perform lock_instances(array(
      select d.consumer_id from dependencies d join instances i on i.id = d.consumer_id where d.producer_id = any(v_failed) and i.status = 'WAITING_ON_DEPENDENCIES'
    ));
    with hit as materialized (
      -- What guards a data node waits for its writers as well, but its lot is that of the node: CANCELED in the next round.
      select i.id, min(p.component_id) as cause, (array_agg(f.origin order by p.component_id, f.origin))[1] as origin, bool_or(d.kind = 'precondition' and p.status = 'FAILED') as failed_check
      from unnest(v_failed, v_origins) as f(id, origin) join dependencies d on d.producer_id = f.id join instances i on i.id = d.consumer_id join instances p on p.id = d.producer_id
      where i.status = 'WAITING_ON_DEPENDENCIES' and i.family <> 'precondition' and (i.cascade or (d.kind = 'precondition' and p.status = 'FAILED'))
      group by i.id
    ), locked as materialized (
      select i.id from instances i join hit on hit.id = i.id where i.status = 'WAITING_ON_DEPENDENCIES' order by i.id for no key update of i
    ), moved as (
      update instances i set status = case when hit.failed_check then 'FAILED' else 'CASCADE_FAILED' end, actual_end_time = now(),
        error_id = case when hit.failed_check then 'PreconditionFailed' else 'CascadeFailed' end,
        error_message = case when hit.failed_check then 'Its precondition ' || hit.cause || ' failed.' when hit.origin = hit.cause then hit.cause || ' failed.'
          else hit.cause || ' failed, which began with ' || hit.origin || '.' end
      from hit join locked on locked.id = hit.id where i.id = hit.id and i.status = 'WAITING_ON_DEPENDENCIES'
      returning i.id, i.fires, case when hit.failed_check then i.component_id else hit.origin end as origin
    ), noted as (
      insert into outbox (kind, instance_id, event) select 'action', id, 'onFail' from moved where 'onFail' = any(fires)
    )
    select coalesce(array_agg(id), '{}'), coalesce(array_agg(origin), '{}') into v_failed, v_origins from moved;
    exit when cardinality(v_failed) = 0;
  end loop;
end $$;
`

/** `cancel_attempts(instances)`: takes the fence of what waits or runs, so that nothing it does can be published any more. */
export const cancelAttempts = `
create or replace function cancel_attempts(p_instances bigint[]) returns void language sql as $$
  update attempts set status = 'CANCELED', end_time = now(), lease_until = null, fence = nextval('fences')
    where id in (select id from attempts where instance_id = any(p_instances) and status in ('WAITING_FOR_RUNNER', 'RUNNING') order by id for no key update)
$$;
`

/** `cancel_instances(instances, reason)`: cancels those that have not ended, and with a resource what runs on it. A resource that is up is shut
 *  down and CANCELED then; whoever makes one finds that it is no longer wanted. Returns how many were cancelled.
 *
 *  Attempts come first, since a settlement locks its attempt before its instance; and once more, since an instance may have been readied
 *  while this waited for it. */
export const cancelInstances = `
create or replace function cancel_instances(p_instances bigint[], p_reason text) returns integer language plpgsql as $$
declare
  v_instances bigint[] := p_instances || array(select id from instances where resource_id = any(p_instances));
  v_canceled bigint[];
  v_going integer;
begin
  if cardinality(p_instances) = 0 then return 0; end if;
  perform 1 from instances where false; -- so that a purge comes before all of this, or after
  perform cancel_attempts(v_instances);
  with moved as (
    update instances set status = 'CANCELED', actual_end_time = now(), cancellation_reason = p_reason, lease_until = null, deadline = null
      where id = any(v_instances) and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')
        and hold is null and (family <> 'resource' or status in ('SCHEDULED', 'WAITING_ON_DEPENDENCIES', 'CREATING')) returning id, pipeline_id
  ), noted as (
    insert into events (pipeline_id, instance_id, kind, detail) select pipeline_id, id, 'CANCELED', jsonb_build_object('reason', p_reason) from moved
  )
  select coalesce(array_agg(id), '{}') into v_canceled from moved;
  perform cancel_attempts(v_canceled);
  perform spread_failure(v_canceled);
  with going as (
    update instances set status = 'SHUTTING_DOWN', ends_as = 'CANCELED', cancellation_reason = p_reason, deadline = null, available_time = null, lease_until = coalesce(lease_until, now())
      where id = any(v_instances) and family = 'resource' and (status = 'RUNNING' or status = 'SHUTTING_DOWN' and coalesce(ends_as, 'WAITING_ON_DEPENDENCIES') = 'WAITING_ON_DEPENDENCIES')
      returning id, pipeline_id
  ), noted as (
    insert into events (pipeline_id, instance_id, kind, detail) select pipeline_id, id, 'CANCELED', jsonb_build_object('reason', p_reason) from going
  )
  select count(*) into v_going from going;
  return cardinality(v_canceled) + v_going;
end $$;
`
