/** Who works on a resource that is CREATING or SHUTTING_DOWN has it for a lease, as a worker has an attempt; without it a process that died in
 *  between would leave it so for ever. */
export const resourceLease = `
alter table instances add column lease_until timestamptz;
create index instances_resources on instances (id) where family = 'resource' and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED');
`

const ended = `('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

/** What the provisioner asks for and says.
 *  A resource is wanted when an attempt waits for it and no delay between two tries holds it back; it is done with when every instance that
 *  runs on it has ended (what is on hold keeps no machine: it asks again when it begins) and no interval of those that use it, which begins before its own ends, is still to be planned.
 *  @see spec/behaviour.md 2.2 and 12.1 */
export const resourceFunctions = `
create or replace function resource_is_wanted(p_resource bigint) returns boolean language sql as $$
  select exists (
    select 1 from instances i join attempts a on a.instance_id = i.id where i.resource_id = p_resource and a.status = 'WAITING_FOR_RUNNER'
      and (a.held = 'RESOURCE' or (a.held = 'RETRY_DELAY' and a.available_time <= now()))
  )
$$;

create or replace function resource_is_over(p_resource bigint) returns boolean language sql as $$
  select not exists (select 1 from instances i where i.resource_id = p_resource and i.hold is null and i.status not in ${ended})
    and not exists (
      select 1 from instances r join pipelines p on p.id = r.pipeline_id and p.state = 'SCHEDULED' join watermarks w on w.pipeline_id = r.pipeline_id
      where r.id = p_resource and w.schedule_id || ' ' || w.schedule_type = any(r.used_by) and w.next_due is not null
        and coalesce(w.next_start, '-infinity') < r.interval_end -- unknown until the next plan of an older version's watermark
    )
$$;

create or replace function wanted_resources() returns setof instances language plpgsql as $$
begin
  -- Shut down already, and asked for again: by a rerun, or by a version that did not know of this use.
  update instances set status = 'WAITING_ON_DEPENDENCIES', tries_left = maximum_retries + 1, actual_end_time = null, provider_id = null, available_time = null
    where family = 'resource' and status = 'FINISHED'
      and id in (select i.resource_id from attempts a join instances i on i.id = a.instance_id where a.status = 'WAITING_FOR_RUNNER' and a.held = 'RESOURCE');
  return query
    update instances r set status = 'CREATING', attempt_count = attempt_count + 1, tries_left = greatest(tries_left - 1, 0), lease_until = now() + interval '60 seconds',
      available_time = null, deadline = now() + (r.rules ->> 'initTimeoutMs')::double precision * interval '1 millisecond'
    where r.id in (
      select r2.id from instances r2 where r2.family = 'resource' and r2.status = 'WAITING_ON_DEPENDENCIES'
        and (r2.available_time is null or r2.available_time <= now()) and resource_is_wanted(r2.id)
      for no key update skip locked
    ) returning r.*;
end $$;

-- Those that still are the caller's: whoever is not among them has no more business with it.
create or replace function renew_resources(p_resources bigint[], p_attempts integer[]) returns setof bigint language sql as $$
  update instances i set lease_until = now() + interval '60 seconds' from unnest(p_resources, p_attempts) as g(resource, attempt)
    where i.id = g.resource and i.attempt_count = g.attempt and i.status in ('CREATING', 'SHUTTING_DOWN') returning i.id
$$;

create or replace function release_housed(p_resources bigint[]) returns void language plpgsql as $$
declare
  v_housed bigint[];
begin
  with housed as (
    update attempts a set held = case when a.pool is not null then 'POOL' end from instances i join instances r on r.id = i.resource_id
      where i.resource_id = any(p_resources) and r.status = 'RUNNING' and a.instance_id = i.id and a.status = 'WAITING_FOR_RUNNER' and a.held = 'RESOURCE' returning a.id, a.held
  )
  select coalesce(array_agg(id) filter (where held is null), '{}') into v_housed from housed;
  perform write_hints(v_housed);
  perform fill_pools();
end $$;

-- False when it is no longer wanted: what was made has to be taken away.
create or replace function resource_running(p_resource bigint, p_attempt integer, p_provider_id text) returns boolean language plpgsql as $$
begin
  update instances set status = 'RUNNING', provider_id = p_provider_id, lease_until = null, error_id = null, error_message = null,
    deadline = now() + (rules ->> 'terminateAfterMs')::double precision * interval '1 millisecond'
    where id = p_resource and attempt_count = p_attempt and status = 'CREATING';
  if not found then return false; end if;
  perform release_housed(array[p_resource]);
  return true;
end $$;

create or replace function resource_released(p_resource bigint, p_attempt integer) returns void language sql as $$
  update instances set status = 'WAITING_ON_DEPENDENCIES', tries_left = tries_left + 1, lease_until = null, deadline = null
    where id = p_resource and attempt_count = p_attempt and status = 'CREATING'
$$;

create or replace function finished_resources() returns setof instances language plpgsql as $$
declare
  v_idle bigint[];
begin
  select coalesce(array_agg(id), '{}') into v_idle from (
    select r.id from instances r where r.family = 'resource'
      and (r.status = 'SHUTTING_DOWN' and r.lease_until < now() or r.status in ('RUNNING', 'WAITING_ON_DEPENDENCIES') and resource_is_over(r.id))
    for no key update skip locked
  ) locked;
  -- Looked at again now that no plan can put anything on them.
  return query with moved as (
    update instances r set status = case when r.status = 'WAITING_ON_DEPENDENCIES' then 'FINISHED' else 'SHUTTING_DOWN' end,
      actual_end_time = case when r.status = 'WAITING_ON_DEPENDENCIES' then now() end, deadline = null,
      available_time = case when r.status = 'SHUTTING_DOWN' then r.available_time end, -- one that is lost is made again after its delay
      lease_until = case when r.status = 'WAITING_ON_DEPENDENCIES' then null else now() + interval '60 seconds' end
    where r.id = any(v_idle) and (r.status = 'SHUTTING_DOWN' or r.status in ('RUNNING', 'WAITING_ON_DEPENDENCIES') and resource_is_over(r.id))
    returning r.*
  ), noted as (
    insert into outbox (kind, instance_id, event) select 'action', id, 'onSuccess' from moved where status = 'FINISHED' and 'onSuccess' = any(fires)
  )
  select * from moved;
end $$;
`
