/** `settle_one(...)`: the same as `settle` for one attempt that FINISHED, which is what a chain of short tasks does all day. When one activity
 *  alone waits for it, and waits for nothing else, that one is claimed for the worker by plain statements: the one query of `settle` that can
 *  do everything costs twice as much to start as these cost to run. In any other case nothing is changed here and `settle` does it all. */
export const settleOne = `
create or replace function settle_one(
  p_attempt bigint, p_fence bigint, p_detail json, p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval
) returns json language plpgsql as $$
declare
  v_instance bigint;
  v_consumers integer;
  v_consumer bigint;
  v_next instances;
  v_attempt bigint;
  v_claim bigint;
begin
  -- In the order of settle, so that the two do not lock crosswise; and apart from what follows, which must see every plan committed until now.
  select a.instance_id into v_instance from attempts a join instances i on i.id = a.instance_id
    where a.id = p_attempt and a.fence = p_fence and a.status = 'RUNNING' and i.status = 'RUNNING' and i.pool is null and coalesce('onSuccess' <> all(i.fires), true) for no key update of a, i;
  if found and p_want > 0 then
    select count(*), min(consumer_id) into v_consumers, v_consumer from dependencies where producer_id = v_instance;
    if v_consumers = 1 then
      select * into v_next from instances where id = v_consumer and status = 'WAITING_ON_DEPENDENCIES' and waiting = 1 and family = 'activity' and resource_id is null and pool is null
        and lane = p_lane and worker_group = any(p_groups) for no key update;
      if found and not exists (
        select 1 from attempts a where a.worker_group = any(p_groups) and a.lane = p_lane and a.status = 'WAITING_FOR_RUNNER' and a.held is null and a.priority > v_next.priority
      ) then
        update attempts set status = 'FINISHED', end_time = now(), lease_until = null, progress = coalesce((p_detail -> 'progress')::jsonb, progress) where id = p_attempt;
        update instances set status = 'FINISHED', actual_end_time = now(), error_id = null, error_message = null where id = v_instance;
        update instances set status = 'RUNNING', waiting = 0, attempt_count = v_next.attempt_count + 1, tries_left = greatest(v_next.tries_left - 1, 0) where id = v_consumer;
        insert into attempts (instance_id, number, status, worker_group, lane, priority, fence, worker_id, hostname, lease_until, start_time)
          values (v_consumer, v_next.attempt_count + 1, 'RUNNING', v_next.worker_group, v_next.lane, v_next.priority, nextval('fences'), p_worker, p_hostname, now() + p_lease, now())
          returning id, fence into v_attempt, v_claim;
        return json_build_object('accepted', null, 'more', null, 'hints', null, 'outbox', false, 'next', json_build_array(json_build_object(
          'attemptId', v_attempt::text, 'fence', v_claim::text, 'taskId', v_attempt || '.' || v_claim, 'pipelineId', v_next.pipeline_id, 'version', v_next.version,
          'instanceId', v_consumer::text, 'instanceKey', v_next.instance_key, 'componentId', v_next.component_id, 'referrerId', nullif(v_next.referrer_id, ''),
          'attemptNumber', v_next.attempt_count + 1, 'rerun', v_next.rerun, 'start', v_next.interval_start, 'end', v_next.interval_end, 'actualStart', v_next.actual_start_time,
          'leaseMs', extract(epoch from p_lease) * 1000, 'checkCount', 0, 'checkSince', null, 'lane', v_next.lane)));
      end if;
    end if;
  end if;
  return settle(array[p_attempt], array[p_fence], array['FINISHED'], array[p_detail], p_worker, p_hostname, p_groups, p_lane, p_want, p_lease);
end $$;
`
