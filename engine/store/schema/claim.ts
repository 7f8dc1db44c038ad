/** `claimed_tasks(attempts)`: the tasks of claimed attempts as JSON, in the order given by priority and age: what a worker is handed.
 *  Volatile, so that it sees what the claim in the same statement has written. Here as elsewhere on the way of a task, the lowest and highest id are
 *  found first: between them what is looked for lies in a window or two, and the others cost nothing. Where tables are joined by ids only the lowest
 *  is given, since between two ids the planner might read all there are. */
export const claimedTasks = `
create or replace function claimed_tasks(p_attempts bigint[], p_lease interval) returns json language plpgsql as $$
declare
  v_low bigint;
  v_high bigint;
  v_from bigint;
begin
  if cardinality(p_attempts) = 0 then return '[]'; end if;
  select min(id), max(id) into v_low, v_high from unnest(p_attempts) as id;
  select min(instance_id) into v_from from attempts where id = any(p_attempts) and id between v_low and v_high;
  return (select coalesce(json_agg(json_build_object(
    'attemptId', a.id::text, 'fence', a.fence::text, 'taskId', a.id || '.' || a.fence, 'pipelineId', i.pipeline_id, 'version', i.version,
    'instanceId', i.id::text, 'instanceKey', i.instance_key, 'componentId', i.component_id, 'referrerId', nullif(i.referrer_id, ''),
    'attemptNumber', a.number, 'rerun', i.rerun, 'publication', i.publication, 'start', i.interval_start, 'end', i.interval_end, 'actualStart', i.actual_start_time,
    'leaseMs', extract(epoch from p_lease) * 1000, 'checkCount', a.check_count, 'checkSince', a.check_since, 'lane', a.lane
  ) order by a.priority desc, a.id), '[]')
  from attempts a join instances i on i.id = a.instance_id where a.id = any(p_attempts) and a.id between v_low and v_high and i.id >= v_from);
end $$;
`

/** `claim_attempts(...)`: claims up to `want` ready attempts of the groups, highest priority first, oldest first. One statement, one commit;
 *  the fence and the lease are set by the claim itself, on the database's clock. An attempt starts now, not when the transaction began: that may have
 *  been before what it waits for had ended. Returns the ids. With \`floors\`, one a group, it does not look
 *  below them but for those \`hinted\`. */
export const claimTasks = `
drop function if exists claim_attempts(text, text, text[], text, integer, interval);
create or replace function claim_attempts(
  p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval, p_floors bigint[], p_hinted bigint[]
) returns bigint[] language plpgsql as $$
declare
  v_picked bigint[] := '{}';
  v_instances bigint[];
  v_low bigint;
  v_high bigint;
  v_floor bigint := coalesce(pg_sequence_last_value('attempts_floor'), 0);
begin
  perform 1 from instances where false; -- so that a purge comes before all of this, or after
  for i in 1 .. cardinality(p_groups) loop
    exit when cardinality(v_picked) >= p_want;
    v_picked := v_picked || array(
      select a.id from attempts a
      where a.worker_group = p_groups[i] and a.lane = p_lane and a.status = 'WAITING_FOR_RUNNER' and a.held is null and a.id >= greatest(p_floors[i], v_floor)
      order by a.priority desc, a.id limit p_want - cardinality(v_picked) for no key update skip locked
    );
  end loop;
  if cardinality(v_picked) < p_want and cardinality(p_hinted) > 0 then
    v_picked := v_picked || array(
      select a.id from attempts a
      where a.id = any(p_hinted) and a.id >= v_floor and a.id <> all(v_picked) and coalesce(a.status) = 'WAITING_FOR_RUNNER' and a.held is null
        and a.worker_group = any(p_groups) and a.lane = p_lane
      order by a.priority desc, a.id limit p_want - cardinality(v_picked) for no key update skip locked
    );
  end if;
  if cardinality(v_picked) > 0 then
    select array_agg(a.instance_id), min(a.instance_id), max(a.instance_id) into v_instances, v_low, v_high from attempts a where a.id = any(v_picked) and a.id >= v_floor;
    update instances i set status = 'RUNNING' where i.id = any(v_instances) and i.id between v_low and v_high;
    update attempts a set status = 'RUNNING', fence = nextval('fences'), worker_id = p_worker, hostname = p_hostname,
      lease_until = now() + p_lease, start_time = coalesce(a.start_time, clock_timestamp()) where a.id = any(v_picked) and a.id >= v_floor;
  end if;
  return v_picked;
end $$;
`

/** `look_at_attempts(...)`: the lowest id of each group's ready attempts, and the highest id of any attempt. Not by the ids' own index, which it would
 *  go through from the beginning of all history. */
export const lookAtAttempts = `
create or replace function look_at_attempts(p_groups text[], p_lane text) returns json language sql stable as $$
  select json_build_object(
    'lowest', (select json_agg((
      select min(a.id + 0)::text from attempts a where a.worker_group = g.name and a.lane = p_lane and a.status = 'WAITING_FOR_RUNNER' and a.held is null
        and a.id >= (select coalesce(pg_sequence_last_value('attempts_floor'), 0))
    ) order by g.ord) from unnest(p_groups) with ordinality as g(name, ord)),
    'newest', (select coalesce(max(id), 0)::text from attempts))
$$;
`
