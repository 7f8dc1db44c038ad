/** `settle(...)`: everything that follows from endings, in ONE statement and one durable commit: completes the attempts (fence checked),
 *  lowers the counts of their consumers, readies them, claims up to `want` tasks for the worker that settles (those it readied first, then
 *  any that wait), and hands back hints for the rest. A settlement whose fence is no longer the newest changes nothing, unless the very same
 *  ending was stored before: then it is accepted again (the report was lost, not the work).
 *
 *  The first hop, from what FINISHED to those that waited for it directly, is a single query, because a chain of short tasks is bound by
 *  exactly this; whatever is rarer (data nodes between, failures, work of others) goes the longer way after it.
 *  Answers `accepted` (one a settlement, in order; null when all), `next` and `more` (tasks), `hints`, and `outbox`: whether it wrote hints or
 *  actions there.
 *  @see design.md 2 */
export const settle = `
drop function if exists settle(bigint[], bigint[], text[], json[], text, text, text[], text, integer, interval);
create or replace function settle(
  p_attempts bigint[], p_fences bigint[], p_statuses text[], p_details json[],
  p_worker text, p_hostname text, p_groups text[], p_lane text, p_want integer, p_lease interval, p_floors bigint[]
) returns json language plpgsql as $$
declare
  v_ended bigint[];
  v_fired bigint[];
  v_nodes bigint[];
  v_waiting bigint[];
  v_next json;
  v_count integer;
  v_more bigint[] := '{}';
  v_accepted json;
  v_low bigint;
  v_high bigint;
  v_instances bigint[];
  v_from bigint; -- of the instances
  v_to bigint;
  v_consumers bigint[];
  v_first bigint; -- of those
  v_resource bigint; -- the first that they run on
  v_floor bigint := coalesce(pg_sequence_last_value('attempts_floor'), 0);
begin
  perform 1 from instances where false; -- so that a purge comes before all of this, or after
  select min(id), max(id) into v_low, v_high from unnest(p_attempts) as id;
  -- Locked by a query of its own, so that the next one sees every plan that made something wait for these in the meantime: in one query with
  -- it a consumer planned at this very moment would never be readied. In order, so that settlements, beats and cancels do not lock crosswise.
  select array_agg(locked.instance_id), min(locked.instance_id), max(locked.instance_id) into v_instances, v_from, v_to from (
    select a.instance_id from attempts a where a.id = any(p_attempts) and a.id between v_low and v_high order by a.id for no key update
  ) locked;
  perform 1 from instances i where i.id = any(v_instances) and i.id between v_from and v_to order by i.id for no key update;
  -- And those that wait for them, so that the next query finds everything as it is and need not look again at what has changed under it.
  select array_agg(distinct d.consumer_id), min(d.consumer_id) into v_consumers, v_first from dependencies d where d.producer_id = any(v_instances) and d.producer_id between v_from and v_to;
  select min(locked.resource_id) into v_resource from (
    select i.resource_id from instances i where i.id = any(v_consumers) and i.id >= v_first order by i.id for no key update
  ) locked;

  with done as (
    update attempts a set status = 'FINISHED', end_time = now(), lease_until = null, progress = coalesce((g.detail -> 'progress')::jsonb, a.progress)
    from unnest(p_attempts, p_fences, p_statuses, p_details) as g(attempt, fence, status, detail)
    where g.status = 'FINISHED' and a.id = g.attempt and a.id >= v_low and a.fence = g.fence and coalesce(a.status) = 'RUNNING' returning a.id, a.instance_id
  ), moved as (
    update instances i set status = 'FINISHED', actual_end_time = now(), error_id = null, error_message = null
    from done where i.id = done.instance_id and i.id >= v_from and coalesce(i.status) = 'RUNNING' returning i.id, i.fires
  ), met as (
    select d.consumer_id, count(*)::integer as n from moved join dependencies d on d.producer_id = moved.id and d.producer_id >= v_from group by 1
  ), locked as materialized (
    select i.id, i.waiting - met.n as left, i.pipeline_id, i.version, i.component_id, i.referrer_id, i.instance_key, i.interval_start, i.interval_end, i.actual_start_time,
      i.family, i.worker_group, i.lane, i.priority, i.pool, i.resource_id, i.attempt_count + 1 as number, i.rerun, i.publication
    from met join instances i on i.id = met.consumer_id and i.id >= v_first where coalesce(i.status) = 'WAITING_ON_DEPENDENCIES' order by i.id for no key update of i
  ), ready as (
    -- housed is null for what is not ready, and false for what waits for its resource.
    select l.*, case when l.left = 0 and l.family in ('activity', 'precondition')
      then l.resource_id is null or exists (select 1 from instances r where r.id = l.resource_id and r.id >= v_resource and r.status = 'RUNNING') end as housed
    from locked l
  ), ranked as (
    select *, coalesce(housed and pool is null and lane = p_lane and worker_group = any(p_groups), false) as fits,
      row_number() over (partition by coalesce(housed and pool is null and lane = p_lane and worker_group = any(p_groups), false) order by priority desc, id) as rank
    from ready
  ), decided as materialized (
    -- Only when nobody of a higher rank already waits may the worker go straight on with what it readied.
    -- One row for each of locked, so that nothing after this joins the two: with a thousand consumers that would be a million pairs.
    select *, fits and rank <= p_want and not exists (
      select 1 from attempts a where a.worker_group = any(p_groups) and a.lane = p_lane and a.status = 'WAITING_FOR_RUNNER' and a.held is null and a.id >= v_floor and a.priority > ranked.priority
    ) as claimed from ranked
  ), lowered as (
    update instances i set
      waiting = d.left,
      status = case when d.left > 0 then i.status when d.family = 'datanode' then 'FINISHED' when d.claimed then 'RUNNING' when d.housed is not null then 'WAITING_FOR_RUNNER' else i.status end,
      actual_end_time = case when d.left = 0 and d.family = 'datanode' then now() else i.actual_end_time end,
      attempt_count = case when d.housed is null then i.attempt_count else d.number end,
      tries_left = case when d.housed is null then i.tries_left else greatest(i.tries_left - 1, 0) end
    from decided d where i.id = d.id and i.id >= v_first
    returning i.id, i.family, i.waiting
  ), born as (
    insert into attempts (instance_id, number, status, held, worker_group, lane, priority, pool, fence, worker_id, hostname, lease_until, start_time, check_since)
    select d.id, d.number, case when d.claimed then 'RUNNING' else 'WAITING_FOR_RUNNER' end,
      case when not d.housed then 'RESOURCE' when d.pool is not null then 'POOL' end, d.worker_group, d.lane, d.priority, d.pool,
      case when d.claimed then nextval('fences') end, case when d.claimed then p_worker end, case when d.claimed then p_hostname end,
      case when d.claimed then now() + p_lease end, case when d.claimed then clock_timestamp() end, case when d.lane = 'precondition' then now() end
    from decided d where d.housed is not null order by d.priority desc, d.id
    returning id, instance_id, status, held, fence, check_since
  )
  select (select array_agg(id) from done), (select array_agg(id) from moved where 'onSuccess' = any(fires)),
    (select array_agg(id) from lowered where waiting = 0 and family = 'datanode'), (select array_agg(id) from born where status <> 'RUNNING' and held is null),
    (select json_agg(json_build_object(
      'attemptId', b.id::text, 'fence', b.fence::text, 'taskId', b.id || '.' || b.fence, 'pipelineId', d.pipeline_id, 'version', d.version,
      'instanceId', d.id::text, 'instanceKey', d.instance_key, 'componentId', d.component_id, 'referrerId', nullif(d.referrer_id, ''),
      'attemptNumber', d.number, 'rerun', d.rerun, 'publication', d.publication, 'start', d.interval_start, 'end', d.interval_end, 'actualStart', d.actual_start_time,
      'leaseMs', extract(epoch from p_lease) * 1000, 'checkCount', 0, 'checkSince', b.check_since, 'lane', d.lane
    ) order by d.priority desc, b.id) from born b join decided d on d.id = b.instance_id where d.claimed and b.status = 'RUNNING')
    into v_ended, v_fired, v_nodes, v_waiting, v_next;
  v_count := p_want - coalesce(json_array_length(v_next), 0);

  if v_fired is not null then
    insert into outbox (kind, instance_id, event) select 'action', id, 'onSuccess' from unnest(v_fired) as id;
  end if;
  if v_nodes is not null then
    v_more := advance(v_nodes, '{}', p_worker, p_hostname, p_groups, p_lane, v_count, p_lease);
  end if;
  if cardinality(v_ended) is distinct from cardinality(p_attempts) then
    v_accepted := settle_others(p_attempts, p_fences, p_statuses, p_details);
  end if;
  perform fill_pools();
  if cardinality(v_more) < v_count then
    v_more := v_more || claim_attempts(p_worker, p_hostname, p_groups, p_lane, v_count - cardinality(v_more), p_lease, p_floors, '{}');
  end if;
  return json_build_object('accepted', v_accepted, 'next', v_next, 'more', case when cardinality(v_more) > 0 then claimed_tasks(v_more, p_lease) end, 'outbox', outbox_written(),
    -- Offered by the worker itself as soon as this is committed, which spares the outbox two writes; if it dies before, the sweep offers them.
    'hints', case when v_waiting is not null then (select json_agg(json_build_object('group', h.worker_group, 'lane', h.lane, 'attemptIds', h.attempt_ids::text[])) from hints_of(v_waiting) h) end);
end $$;
`

/** `settle_others(...)`: the endings that are not among `ended`: what did not finish, and what is not the newest claim's. Answers which of all
 *  settlements are accepted: one by one, since a call may bring two of one attempt, with the fences of two claims. */
export const settleOthers = `
drop function if exists settle_others(bigint[], bigint[], text[], json[], bigint[]);
create or replace function settle_others(p_attempts bigint[], p_fences bigint[], p_statuses text[], p_details json[]) returns json language plpgsql as $$
declare
  v_done bigint[] := '{}';
begin
  for i in 1 .. cardinality(p_attempts) loop
    if p_statuses[i] <> 'FINISHED' and settle_other(p_attempts[i], p_fences[i], p_statuses[i], p_details[i]) then
      v_done := v_done || i::bigint;
    end if;
  end loop;
  -- What finished is stored by now, as is what was reported before. A failure that was not this one (its lease ended) is another ending.
  return (select json_agg(g.ord = any(v_done) or coalesce(g.status in ('FINISHED', 'FAILED') and a.status = g.status
      and (g.status = 'FINISHED' or a.error_id is not distinct from g.detail ->> 'errorId'), false) order by g.ord)
    from unnest(p_attempts, p_fences, p_statuses, p_details) with ordinality as g(attempt, fence, status, detail, ord) left join attempts a on a.id = g.attempt and a.fence = g.fence);
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
      update attempts set status = 'WAITING_FOR_RUNNER', held = (select unhoused(i.resource_id) from instances i where i.id = v_attempt.instance_id),
        fence = nextval('fences'), worker_id = null, lease_until = null where id = p_attempt;
      update instances set status = 'WAITING_FOR_RUNNER' where id = v_attempt.instance_id and status = 'RUNNING';
      perform write_hints(array[p_attempt]);
    when 'FALSE' then
      update attempts set status = 'WAITING_FOR_RUNNER', held = 'CHECK', available_time = now() + (p_detail ->> 'delayMs')::double precision * interval '1 millisecond',
        lease_until = null, check_count = check_count + 1, check_because = p_detail ->> 'because', check_kind = p_detail ->> 'kind' where id = p_attempt;
      update instances set status = 'WAITING_FOR_RUNNER' where id = v_attempt.instance_id and status = 'RUNNING';
  end case;
  return true;
end $$;
`
