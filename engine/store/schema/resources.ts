/** Who works on a resource that is CREATING or SHUTTING_DOWN has it for a lease, as a worker has an attempt; without it a process that died in
 *  between would leave it so for ever. */
export const resourceLease = `
alter table instances add column lease_until timestamptz;
create index instances_resources on instances (id) where family = 'resource' and status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED');
`

/** What the provisioner asks for and says.
 *  A resource is wanted when an attempt waits for it; it is done with when every instance that runs on it has ended. What is on hold keeps no
 *  machine: it asks for it again when it begins. */
export const resourceFunctions = `
create or replace function wanted_resources() returns setof instances language plpgsql as $$
begin
  perform resource_failed(id, 'LeaseLost', 'The process that was making it stopped before it was there.')
    from instances where family = 'resource' and status = 'CREATING' and lease_until < now();
  -- Shut down already, and asked for again by a later interval of a shorter schedule.
  update instances set status = 'WAITING_ON_DEPENDENCIES', tries_left = maximum_retries + 1, actual_end_time = null, provider_id = null
    where family = 'resource' and status = 'FINISHED'
      and id in (select i.resource_id from attempts a join instances i on i.id = a.instance_id where a.status = 'WAITING_FOR_RUNNER' and a.held = 'RESOURCE');
  return query
    update instances r set status = 'CREATING', attempt_count = attempt_count + 1, tries_left = greatest(tries_left - 1, 0), lease_until = now() + interval '60 seconds'
    where r.id in (
      select r2.id from instances r2 where r2.family = 'resource' and r2.status = 'WAITING_ON_DEPENDENCIES'
        and exists (select 1 from instances i join attempts a on a.instance_id = i.id where i.resource_id = r2.id and a.status = 'WAITING_FOR_RUNNER' and a.held = 'RESOURCE')
      for no key update skip locked
    ) returning r.*;
end $$;

create or replace function renew_resources(p_resources bigint[]) returns void language sql as $$
  update instances set lease_until = now() + interval '60 seconds' where id = any(p_resources) and status in ('CREATING', 'SHUTTING_DOWN')
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

create or replace function resource_running(p_resource bigint, p_provider_id text) returns void language plpgsql as $$
begin
  update instances set status = 'RUNNING', provider_id = p_provider_id, lease_until = null where id = p_resource and status = 'CREATING';
  perform release_housed(array[p_resource]);
end $$;

create or replace function resource_released(p_resource bigint) returns void language sql as $$
  update instances set status = 'WAITING_ON_DEPENDENCIES', tries_left = tries_left + 1, lease_until = null where id = p_resource and status = 'CREATING'
$$;

create or replace function resource_failed(p_resource bigint, p_error_id text, p_error_message text) returns boolean language plpgsql as $$
declare
  v_resource instances;
begin
  select * into v_resource from instances where id = p_resource and status = 'CREATING' for no key update;
  if not found then return false; end if;
  insert into events (pipeline_id, instance_id, kind, detail) values (v_resource.pipeline_id, p_resource, 'RESOURCE_FAILED', jsonb_build_object('errorMessage', p_error_message));
  if v_resource.tries_left > 0 then
    update instances set status = 'WAITING_ON_DEPENDENCIES', lease_until = null, error_id = p_error_id, error_message = p_error_message where id = p_resource;
    return true;
  end if;
  update instances set status = 'FAILED', actual_end_time = now(), lease_until = null, error_id = p_error_id, error_message = p_error_message where id = p_resource;
  if 'onFail' = any(v_resource.fires) then insert into outbox (kind, instance_id, event) values ('action', p_resource, 'onFail'); end if;
  perform cancel_instances(array(select id from instances where resource_id = p_resource), 'its resource ' || v_resource.component_id || ' failed: ' || p_error_message);
  return false;
end $$;

create or replace function finished_resources() returns setof instances language plpgsql as $$
declare
  v_idle bigint[];
begin
  select coalesce(array_agg(id), '{}') into v_idle from (
    select r.id from instances r where r.family = 'resource' and (r.status in ('RUNNING', 'WAITING_ON_DEPENDENCIES') or (r.status = 'SHUTTING_DOWN' and r.lease_until < now()))
      and (r.status = 'SHUTTING_DOWN'
        or not exists (select 1 from instances i where i.resource_id = r.id and i.hold is null and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')))
    for no key update skip locked
  ) locked;
  -- Looked at again now that no plan can put anything on them.
  return query
    update instances r set status = case when r.status = 'WAITING_ON_DEPENDENCIES' then 'FINISHED' else 'SHUTTING_DOWN' end,
      actual_end_time = case when r.status = 'WAITING_ON_DEPENDENCIES' then now() end,
      lease_until = case when r.status = 'WAITING_ON_DEPENDENCIES' then null else now() + interval '60 seconds' end
    where r.id = any(v_idle) and (r.status = 'SHUTTING_DOWN'
      or not exists (select 1 from instances i where i.resource_id = r.id and i.hold is null and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')))
    returning r.*;
end $$;

create or replace function resource_gone(p_resource bigint) returns void language sql as $$
  with gone as (update instances set status = 'FINISHED', actual_end_time = now(), lease_until = null where id = p_resource and status = 'SHUTTING_DOWN' returning id, fires)
  insert into outbox (kind, instance_id, event) select 'action', id, 'onSuccess' from gone where 'onSuccess' = any(fires)
$$;
`
