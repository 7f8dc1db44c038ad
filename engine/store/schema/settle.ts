/** `settle(...)`: everything that follows from endings, in ONE statement and one durable commit: completes the attempts (fence checked),
 *  lowers the counts of their consumers, readies them, claims up to `want` tasks for the worker that settles (those it readied first, then
 *  any that wait), and writes hints for the rest. A settlement whose fence is no longer the newest changes nothing, unless the very same
 *  ending was stored before: then it is accepted again (the report was lost, not the work).
 *  @see design.md 2 */
export const settle = `
create or replace function settle(
  p_attempts bigint[], p_fences bigint[], p_statuses text[], p_details json[],
  p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval
) returns json language plpgsql as $$
declare
  v_finished bigint[];
  v_ended bigint[];
  v_claimed bigint[] := '{}';
  v_accepted json;
  v_others integer := 0;
  v_known bigint[];
  i integer;
begin
  -- The common case for all at once: what finished.
  with given as (
    select g.attempt, g.fence, g.detail from unnest(p_attempts, p_fences, p_statuses, p_details) as g(attempt, fence, status, detail) where g.status = 'FINISHED'
  ), done as (
    update attempts a set status = 'FINISHED', end_time = now(), lease_until = null, progress = coalesce((g.detail -> 'progress')::jsonb, a.progress)
    from given g where a.id = g.attempt and a.fence = g.fence and a.status = 'RUNNING' returning a.id, a.instance_id
  ), moved as (
    update instances i set status = 'FINISHED', actual_end_time = now(), error_id = null, error_message = null from done where i.id = done.instance_id and i.status = 'RUNNING' returning i.id
  )
  select coalesce((select array_agg(id) from done), '{}'), coalesce((select array_agg(id) from moved), '{}') into v_ended, v_finished;

  v_claimed := advance(v_finished, '{}', p_worker, p_hostname, p_groups, p_lane, p_want, p_lease);

  for i in 1 .. cardinality(p_attempts) loop
    if p_statuses[i] <> 'FINISHED' then
      v_others := v_others + 1;
      if settle_other(p_attempts[i], p_fences[i], p_statuses[i], p_details[i]) then
        v_ended := v_ended || p_attempts[i];
      end if;
    end if;
  end loop;

  if cardinality(v_claimed) < p_want then
    v_claimed := v_claimed || claim_attempts(p_worker, p_hostname, p_groups, p_lane, p_want - cardinality(v_claimed), p_lease);
  end if;

  if cardinality(v_ended) = cardinality(p_attempts) then
    v_accepted := to_json(array_fill(true, array[cardinality(p_attempts)]));
  else
    select array_agg(a.id) into v_known from attempts a join unnest(p_attempts, p_fences, p_statuses) as g(attempt, fence, status)
      on a.id = g.attempt and a.fence = g.fence and a.status = g.status where g.status in ('FINISHED', 'FAILED', 'CANCELED');
    select json_agg(g.attempt = any(v_ended) or coalesce(g.attempt = any(v_known), false) order by g.ord) into v_accepted from unnest(p_attempts) with ordinality as g(attempt, ord);
  end if;
  return json_build_object('accepted', v_accepted, 'next', claimed_tasks(v_claimed, p_lease), 'outbox', exists (select 1 from outbox where available_time <= now()));
end $$;
`

/** `settle_other(...)`: one ending that is not FINISHED. True when it was stored. */
export const settleOther = `
create or replace function settle_other(p_attempt bigint, p_fence bigint, p_status text, p_detail json) returns boolean language plpgsql as $$
declare
  v_attempt attempts;
begin
  select * into v_attempt from attempts where id = p_attempt and fence = p_fence and status = 'RUNNING' for no key update;
  if not found then return false; end if;
  case p_status
    when 'FAILED' then
      perform fail_attempt(p_attempt, p_detail ->> 'errorId', p_detail ->> 'errorMessage', p_detail ->> 'errorStackTrace',
        (p_detail ->> 'retry')::boolean, (p_detail ->> 'retryDelayMs')::double precision * interval '1 millisecond');
    when 'CANCELED' then
      perform cancel_instances(array[v_attempt.instance_id], p_detail ->> 'reason');
    when 'RELEASED' then
      update attempts set status = 'WAITING_FOR_RUNNER', held = null, fence = nextval('fences'), worker_id = null, lease_until = null where id = p_attempt;
      update instances set status = 'WAITING_FOR_RUNNER' where id = v_attempt.instance_id and status = 'RUNNING';
      perform write_hints(array[p_attempt]);
    when 'FALSE' then
      update attempts set status = 'WAITING_FOR_RUNNER', held = 'CHECK', available_time = now() + (p_detail ->> 'delayMs')::double precision * interval '1 millisecond',
        lease_until = null, check_count = check_count + 1, check_because = p_detail ->> 'because' where id = p_attempt;
      update instances set status = 'WAITING_FOR_RUNNER' where id = v_attempt.instance_id and status = 'RUNNING';
  end case;
  return true;
end $$;
`
