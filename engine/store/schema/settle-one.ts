/** `settle_one(...)`: the same as `settle` for one attempt that FINISHED, which is what a chain of short tasks does all day. What follows is done by plain
 *  statements, each by the key of one row: the one query of `settle` that can do everything costs twice as much to start as these cost to run.
 *  When one activity alone waits for the instance, and waits for nothing else, that one is claimed for the worker; what is rarer goes through
 *  `advance`. What many wait for, what lets others go, or whose fence is not the newest, is `settle`'s. */
export const settleOne = `
drop function if exists settle_one(bigint, bigint, json, text, text, text[], text, integer, interval);
create or replace function settle_one(
  p_attempt bigint, p_fence bigint, p_detail json, p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval, p_floors bigint[]
) returns json language plpgsql as $$
declare
  v_instance bigint;
  v_consumers integer;
  v_consumer bigint;
  v_floor bigint := coalesce(pg_sequence_last_value('attempts_floor'), 0);
  v_own boolean;
  v_ready boolean;
  v_next record;
  v_attempt bigint;
  v_claim bigint;
  v_finished bigint[] := '{}';
  v_more bigint[] := '{}';
begin
  perform 1 from instances where false; -- so that a purge comes before all of this, or after
  -- What it readies for others, or lets go, is for settle too: that one hands their hints back, which is less than to write them to the outbox.
  select a.instance_id into v_instance from attempts a where a.id = p_attempt;
  select count(*), min(two.consumer_id) into v_consumers, v_consumer from (select d.consumer_id from dependencies d where d.producer_id = v_instance limit 2) two;
  select i.pool is null and coalesce('onSuccess' <> all(i.fires), true) and coalesce(n.waiting > 1 or p_want > 0 and n.family = 'activity' and n.resource_id is null and n.pool is null
        and n.lane = p_lane and n.worker_group = any(p_groups) and not exists ( -- of a higher rank: then the worker may not go straight on
          select 1 from attempts o where o.worker_group = any(p_groups) and o.lane = p_lane and o.status = 'WAITING_FOR_RUNNER' and o.held is null and o.id >= v_floor and o.priority > n.priority
        ), true), coalesce(n.waiting = 1, false)
    into v_own, v_ready from instances i left join instances n on n.id = v_consumer where i.id = v_instance;
  if v_consumers > 1 or not v_own then
    return settle(array[p_attempt], array[p_fence], array['FINISHED'], array[p_detail], p_worker, p_hostname, p_groups, p_lane, p_want, p_lease, p_floors);
  end if;

  -- By the key of the row alone, whatever the planner thinks of the few that RUN: it may have planned this when the table was empty.
  update attempts set status = 'FINISHED', end_time = now(), lease_until = null, progress = coalesce((p_detail -> 'progress')::jsonb, progress)
    where id = p_attempt and fence = p_fence and coalesce(status) = 'RUNNING';
  if not found then
    return settle(array[p_attempt], array[p_fence], array['FINISHED'], array[p_detail], p_worker, p_hostname, p_groups, p_lane, p_want, p_lease, p_floors);
  end if;
  update instances set status = 'FINISHED', actual_end_time = now(), error_id = null, error_message = null
    where id = v_instance and coalesce(status) = 'RUNNING';
  if found then v_finished := array[v_instance]; end if; -- nothing follows from what was ended in another way

  -- By statements of their own from here, which see every plan that made something wait for the instance until it was locked just now.
  if v_ready and cardinality(v_finished) = 1 then
    select case when count(*) = 1 then min(d.consumer_id) end into v_consumer from dependencies d where d.producer_id = v_instance;
    update instances n set status = 'RUNNING', waiting = 0, attempt_count = n.attempt_count + 1, tries_left = greatest(n.tries_left - 1, 0)
      where n.id = v_consumer
        and coalesce(n.status) = 'WAITING_ON_DEPENDENCIES' and n.waiting = 1 and coalesce(n.family) = 'activity' and n.resource_id is null and n.pool is null
        and n.lane = p_lane and n.worker_group = any(p_groups)
      returning n.id, n.pipeline_id, n.version, n.instance_key, n.component_id, n.referrer_id, n.attempt_count, n.rerun, n.publication, n.interval_start, n.interval_end, n.actual_start_time,
        n.worker_group, n.lane, n.priority into v_next;
    if found then
      insert into attempts (instance_id, number, status, worker_group, lane, priority, fence, worker_id, hostname, lease_until, start_time)
        values (v_next.id, v_next.attempt_count, 'RUNNING', v_next.worker_group, v_next.lane, v_next.priority, nextval('fences'), p_worker, p_hostname, now() + p_lease, clock_timestamp())
        returning id, fence into v_attempt, v_claim;
      return json_build_object('accepted', null, 'more', null, 'hints', null, 'outbox', false, 'next', json_build_array(json_build_object(
        'attemptId', v_attempt::text, 'fence', v_claim::text, 'taskId', v_attempt || '.' || v_claim, 'pipelineId', v_next.pipeline_id, 'version', v_next.version,
        'instanceId', v_next.id::text, 'instanceKey', v_next.instance_key, 'componentId', v_next.component_id, 'referrerId', nullif(v_next.referrer_id, ''),
        'attemptNumber', v_next.attempt_count, 'rerun', v_next.rerun, 'publication', v_next.publication, 'start', v_next.interval_start, 'end', v_next.interval_end, 'actualStart', v_next.actual_start_time,
        'leaseMs', extract(epoch from p_lease) * 1000, 'checkCount', 0, 'checkSince', null, 'lane', v_next.lane)));
    end if;
  end if;

  v_more := advance(v_finished, '{}', p_worker, p_hostname, p_groups, p_lane, p_want, p_lease);
  if cardinality(v_more) < p_want then
    v_more := v_more || claim_attempts(p_worker, p_hostname, p_groups, p_lane, p_want - cardinality(v_more), p_lease, p_floors, '{}');
  end if;
  return json_build_object('accepted', null, 'next', null, 'outbox', outbox_written(), 'hints', null, 'more', case when cardinality(v_more) > 0 then claimed_tasks(v_more, p_lease) end);
end $$;
`
