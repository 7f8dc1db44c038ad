const ended = `('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

/** How a resource ends before its work does: a try that fails, time-outs, a machine that is lost, and what becomes of those that run on it.
 *
 *  What is up is first marked SHUTTING_DOWN with what it `ends_as`, which locks the resource alone. `follow_resources` then does what that
 *  means to attempts and instances, in a transaction of its own, since a settlement locks its attempt and instance before their resource.
 *  A process that dies in between loses nothing: every pass of a provisioner follows anew.
 *  @see spec/behaviour.md 7, 9 and 12.3 */
export const resourceEnds = `
-- CREATING: the try failed. RUNNING: the machine is lost. True when it will be made again.
create or replace function resource_failed(p_resource bigint, p_attempt integer, p_error_id text, p_error_message text) returns boolean language plpgsql as $$
declare
  v_resource instances;
  v_again boolean;
  v_delay interval;
begin
  select * into v_resource from instances where id = p_resource and attempt_count = p_attempt and status in ('CREATING', 'RUNNING') for no key update;
  if not found then return false; end if;
  v_again := v_resource.tries_left > 0 and (v_resource.status = 'CREATING' or coalesce(v_resource.rules ->> 'onResourceFailure' = 'retryall', false));
  -- That a maker died says nothing about the machines.
  v_delay := case when p_error_id <> 'LeaseLost' then (v_resource.rules ->> 'retryDelayMs')::double precision * interval '1 millisecond' end;
  insert into events (pipeline_id, instance_id, kind, detail)
    values (v_resource.pipeline_id, p_resource, 'RESOURCE_FAILED', jsonb_build_object('errorId', p_error_id, 'errorMessage', p_error_message, 'again', v_again));
  if v_resource.status = 'RUNNING' then
    update instances set status = 'SHUTTING_DOWN', ends_as = case when v_again then 'WAITING_ON_DEPENDENCIES' else 'FAILED' end, lease_until = now(), deadline = null,
      available_time = now() + v_delay, error_id = p_error_id, error_message = p_error_message where id = p_resource;
  elsif v_again then
    update instances set status = 'WAITING_ON_DEPENDENCIES', lease_until = null, deadline = null, available_time = now() + v_delay, error_id = p_error_id, error_message = p_error_message
      where id = p_resource;
  else
    update instances set status = 'FAILED', actual_end_time = now(), lease_until = null, deadline = null, error_id = p_error_id, error_message = p_error_message where id = p_resource;
    if 'onFail' = any(v_resource.fires) then insert into outbox (kind, instance_id, event) values ('action', p_resource, 'onFail'); end if;
    perform cancel_instances(array(select id from instances where resource_id = p_resource), 'its resource ' || v_resource.component_id || ' failed: ' || p_error_message);
  end if;
  return v_again;
end $$;

-- Ends tries that took longer than initTimeout or whose maker died, and what is up for longer than terminateAfter. Answers in how many
-- milliseconds the next of these falls due, or the next try.
create or replace function overdue_resources() returns double precision language plpgsql as $$
declare
  v_resource instances;
begin
  for v_resource in
    select * from instances where family = 'resource' and status = 'CREATING' and (lease_until < now() or deadline <= now()) order by id for no key update skip locked
  loop
    if v_resource.deadline <= now() then
      perform resource_failed(v_resource.id, v_resource.attempt_count, 'InitTimeout', 'It was not there within its initTimeout of ' || plain_duration(v_resource.rules ->> 'initTimeoutMs') || '.');
    else
      perform resource_failed(v_resource.id, v_resource.attempt_count, 'LeaseLost', 'The process that was making it stopped before it was there.');
    end if;
  end loop;
  with late as (
    select id from instances where family = 'resource' and status = 'RUNNING' and deadline <= now() order by id for no key update skip locked
  ), moved as (
    update instances i set status = 'SHUTTING_DOWN', ends_as = 'TIMEDOUT', lease_until = now(), deadline = null, error_id = 'TerminateAfter',
      error_message = 'It was up for longer than its terminateAfter of ' || plain_duration(rules ->> 'terminateAfterMs') || '.'
    from late where i.id = late.id returning i.id, i.pipeline_id, i.error_message
  )
  insert into events (pipeline_id, instance_id, kind, detail) select pipeline_id, id, 'RESOURCE_TIMEDOUT', jsonb_build_object('errorMessage', error_message) from moved;
  return (select extract(epoch from min(at) - clock_timestamp()) * 1000 from (
    select case when r.status in ('CREATING', 'RUNNING') then r.deadline when r.available_time > now() then r.available_time
        else (select min(a.available_time) from instances i join attempts a on a.instance_id = i.id
          where i.resource_id = r.id and a.status = 'WAITING_FOR_RUNNER' and a.held = 'RETRY_DELAY') end as at
    from instances r where r.family = 'resource' and r.status in ('CREATING', 'RUNNING', 'WAITING_ON_DEPENDENCIES')
  ) next);
end $$;

create or replace function plain_duration(p_ms text) returns text language sql immutable as $$
  select case when s % 3600 = 0 then s / 3600 || ' h' when s % 60 = 0 then s / 60 || ' min' else s || ' s' end from (select (p_ms::numeric / 1000)::bigint as s) seconds
$$;

-- What runs on a machine that is going away, or waits for a worker there, waits for the next one. It costs no try: it did nothing wrong.
create or replace function rehouse(p_resources bigint[]) returns void language plpgsql as $$
declare
  v_attempts bigint[];
begin
  v_attempts := array(
    select a.id from attempts a join instances i on i.id = a.instance_id
    where i.resource_id = any(p_resources) and (a.status = 'RUNNING' or a.status = 'WAITING_FOR_RUNNER' and (a.held is null or a.held = 'POOL'))
  );
  if cardinality(v_attempts) = 0 then return; end if;
  perform 1 from attempts where id = any(v_attempts) order by id for no key update;
  update attempts set held = 'RESOURCE' where id = any(v_attempts) and status = 'WAITING_FOR_RUNNER' and (held is null or held = 'POOL');
  with lost as (
    update attempts a set status = 'FAILED', end_time = now(), lease_until = null, error_id = 'ResourceLost', error_message = 'Its resource was shut down while it ran.'
      where id = any(v_attempts) and status = 'RUNNING' returning a.id, a.instance_id
  ), moved as (
    update instances i set status = 'WAITING_FOR_RUNNER', attempt_count = attempt_count + 1
      from lost where i.id = lost.instance_id and i.status = 'RUNNING' returning i.id, i.pipeline_id, i.attempt_count, i.worker_group, i.lane, i.priority, i.pool, lost.id as attempt
  ), noted as (
    insert into events (pipeline_id, instance_id, attempt_id, kind, detail)
      select pipeline_id, id, attempt, 'RETRY', jsonb_build_object('errorId', 'ResourceLost', 'errorMessage', 'Its resource was shut down while it ran.') from moved
  )
  insert into attempts (instance_id, number, status, held, worker_group, lane, priority, pool, check_since)
    select id, attempt_count, 'WAITING_FOR_RUNNER', 'RESOURCE', worker_group, lane, priority, pool, case when lane = 'precondition' then now() end from moved;
end $$;

-- What the end of a resource means to those on it.
create or replace function follow_resource(p_resource instances) returns void language plpgsql as $$
begin
  if p_resource.ends_as = 'WAITING_ON_DEPENDENCIES' then
    perform rehouse(array[p_resource.id]);
  elsif p_resource.ends_as is not null then
    perform cancel_instances(array(select id from instances where resource_id = p_resource.id and status not in ${ended}), 'its resource ' || p_resource.component_id ||
      case p_resource.ends_as when 'TIMEDOUT' then ' timed out: ' || p_resource.error_message when 'CANCELED' then ' was cancelled: ' || p_resource.cancellation_reason
        else ' failed: ' || p_resource.error_message end);
  end if;
end $$;

create or replace function follow_resources() returns void language plpgsql as $$
declare
  v_resource instances;
begin
  for v_resource in select * from instances where family = 'resource' and status = 'SHUTTING_DOWN' and ends_as is not null order by id loop
    perform follow_resource(v_resource);
  end loop;
end $$;

-- The machine is gone. Once more what came to it since the provisioner followed.
create or replace function resource_gone(p_resource bigint, p_attempt integer) returns void language plpgsql as $$
declare
  v_resource instances;
  v_status text;
begin
  select * into v_resource from instances where id = p_resource and attempt_count = p_attempt and status = 'SHUTTING_DOWN' for no key update;
  if not found then return; end if;
  v_status := coalesce(v_resource.ends_as, 'FINISHED');
  update instances set status = v_status, lease_until = null, ends_as = null, actual_end_time = case when v_status <> 'WAITING_ON_DEPENDENCIES' then now() end,
    provider_id = case when v_status <> 'WAITING_ON_DEPENDENCIES' then provider_id end where id = p_resource;
  insert into outbox (kind, instance_id, event) select 'action', p_resource, event
    from (select case when v_status = 'FINISHED' then 'onSuccess' when v_status in ('FAILED', 'TIMEDOUT') then 'onFail' end as event) fired where event = any(v_resource.fires);
  perform follow_resource(v_resource);
end $$;
`
