/** `claimed_tasks(attempts)`: the tasks of claimed attempts as JSON, in the order given by priority and age: what a worker is handed.
 *  Volatile, so that it sees what the claim in the same statement has written. */
export const claimedTasks = `
create or replace function claimed_tasks(p_attempts bigint[], p_lease interval) returns json language sql as $$
  select coalesce(json_agg(json_build_object(
    'attemptId', a.id::text, 'fence', a.fence::text, 'taskId', a.id || '.' || a.fence, 'pipelineId', i.pipeline_id, 'version', i.version,
    'instanceId', i.id::text, 'instanceKey', i.instance_key, 'componentId', i.component_id, 'referrerId', nullif(i.referrer_id, ''),
    'attemptNumber', a.number, 'rerun', i.rerun, 'start', i.interval_start, 'end', i.interval_end, 'actualStart', i.actual_start_time,
    'leaseMs', extract(epoch from p_lease) * 1000, 'checkCount', a.check_count, 'checkSince', a.check_since, 'lane', a.lane
  ) order by a.priority desc, a.id), '[]')
  from attempts a join instances i on i.id = a.instance_id where a.id = any(p_attempts)
$$;
`

/** `claim_tasks(...)`: claims up to `want` ready attempts of the groups, highest priority first, oldest first. One statement, one commit;
 *  the fence and the lease are set by the claim itself, on the database's clock. Returns the ids. */
export const claimTasks = `
create or replace function claim_attempts(p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval) returns bigint[] language plpgsql as $$
declare
  v_claimed bigint[] := '{}';
  v_group bigint[];
  v_name text;
begin
  foreach v_name in array p_groups loop
    exit when cardinality(v_claimed) >= p_want;
    with picked as materialized (
      select a.id from attempts a
      where a.worker_group = v_name and a.lane = p_lane and a.status = 'WAITING_FOR_RUNNER' and a.held is null
      order by a.priority desc, a.id limit p_want - cardinality(v_claimed) for no key update skip locked
    ), taken as (
      update attempts a set status = 'RUNNING', fence = nextval('fences'), worker_id = p_worker, hostname = p_hostname,
        lease_until = now() + p_lease, start_time = coalesce(a.start_time, now())
      from picked where a.id = picked.id returning a.id, a.instance_id
    ), moved as (
      update instances i set status = 'RUNNING' from taken where i.id = taken.instance_id
    )
    select coalesce(array_agg(id), '{}') into v_group from taken;
    v_claimed := v_claimed || v_group;
  end loop;
  return v_claimed;
end $$;
`
