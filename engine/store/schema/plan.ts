/** `plan_interval(...)`: one interval of one schedule becomes instances, in one transaction and one round trip. The watermark moves from
 *  `index` to `next_index` by compare and set in the same transaction and every instance has a unique key, so any number of schedulers make
 *  the same result.
 *
 *  Rows: the instances of the interval, those that are SKIPPED, and places (`SCHEDULED`) for instances of other intervals that they wait for.
 *  Edges name rows by their number, from 0. Rows of a component that is paused, or that has older ones on hold, are planned whole but put
 *  on hold. With a backfill its mark moves instead of the watermark, what was SKIPPED runs, and what ended may run again.
 *  Answers PLANNED, STALE (someone else has planned it), FULL (a component has as many active instances as it may), PAUSED (all
 *  components of the schedule are), EARLY (not due on the database's clock), or INACTIVE (the pipeline was stopped, deleted or changed meanwhile). */
export const planInterval = `
drop function if exists plan_interval(text, integer, text, text, bigint, timestamptz, timestamptz, json, json, json);
drop function if exists plan_interval(text, integer, text, text, bigint, bigint, timestamptz, timestamptz, json, json, json);
drop function if exists plan_interval(text, integer, text, text, bigint, bigint, timestamptz, timestamptz, json, json, json, text);
create or replace function plan_interval(
  p_pipeline text, p_version integer, p_schedule text, p_schedule_type text, p_index bigint, p_next_index bigint, p_due timestamptz, p_next_due timestamptz, p_next_start timestamptz,
  p_limits json, p_rows json, p_edges json, p_backfill text default null
) returns text language plpgsql as $$
declare
  v_paused text[];
  v_holding text[];
  v_new bigint[];
  v_held bigint[];
  v_skipped bigint[];
  v_ids bigint[];
begin
  -- One plan of a pipeline at a time: two that name each other's instances as places would lock them crosswise.
  perform 1 from pipelines where id = p_pipeline and state = 'SCHEDULED' and active_version = p_version for no key update;
  if not found then return 'INACTIVE'; end if;
  if p_due > now() then return 'EARLY'; end if;
  v_paused := array(select id from components where pipeline_id = p_pipeline and paused);
  if p_schedule is not null and cardinality(v_paused) > 0 and not exists (
    select 1 from json_object_keys(p_limits) as own where own <> all(v_paused)
  ) and p_limits::text <> '{}' then return 'PAUSED'; end if;
  v_holding := v_paused || array(select distinct component_id from instances where pipeline_id = p_pipeline and hold is not null and family <> 'precondition');
  if p_backfill is not null then
    if not exists (select 1 from backfills where id = p_backfill and state = 'RUNNING') then return 'INACTIVE'; end if;
    if (
      select count(distinct i.interval_start) from instances i where i.backfill_id = p_backfill and i.component_id in (select json_object_keys(p_limits))
        and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')
        and (i.status <> 'SCHEDULED' or i.hold is not null)
    ) >= (select room from backfills where id = p_backfill) then return 'FULL'; end if;
    update backfill_marks set next_index = p_next_index
      where backfill_id = p_backfill and schedule_id = p_schedule and schedule_type = p_schedule_type and next_index = p_index;
    if not found then return 'STALE'; end if;
  elsif exists (
    -- Only what starts earlier is in the way: a machine of a later interval, made for a rhythm that is ahead, waits for this one itself.
    select 1 from instances i join json_each_text(p_limits) l on l.key = i.component_id left join (
      select component, min(start) as start from json_to_recordset(p_rows) as r(component text, start timestamptz, status text) where status <> 'SCHEDULED' group by 1
    ) own on own.component = l.key
    where i.pipeline_id = p_pipeline and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED') and i.status <> 'SCHEDULED'
      and i.rerun = 0 and i.backfill_id is null -- what a person runs again, or asks for of the past, takes no room
      and l.key <> all(v_holding) and (own.start is null or i.interval_start < own.start)
    group by l.key, l.value having count(*) >= l.value::integer
  ) then return 'FULL'; end if;
  if p_schedule is not null and p_backfill is null then
    update watermarks set next_index = p_next_index, next_due = p_next_due, next_start = p_next_start where pipeline_id = p_pipeline and schedule_id = p_schedule and schedule_type = p_schedule_type and next_index = p_index;
    if not found then return 'STALE'; end if;
  end if;

  if p_backfill is not null then
    perform backfill_places(p_backfill, array(
      select i.id from json_to_recordset(p_rows) as r(component text, referrer text, start timestamptz, status text, schedule text, rhythm text, index bigint)
      join instances i on i.pipeline_id = p_pipeline and i.component_id = r.component and i.referrer_id = r.referrer and i.interval_start = r.start
      join backfill_marks m on m.backfill_id = p_backfill and m.schedule_id = r.schedule and m.schedule_type = r.rhythm and r.index between m.next_index and m.last_index
      where r.status = 'SCHEDULED'
    ));
  end if;

  with given as (
    select r.*, r.status = 'WAITING_ON_DEPENDENCIES' and (r.component = any(v_holding) or r.referrer = any(v_holding)) as held
    from rows from (json_to_recordset(p_rows) as (component text, referrer text, key text, type text, family text, start timestamptz, stop timestamptz,
      due timestamptz, status text, grp text, lane text, priority integer, cascades boolean, fires text[], retries integer, late timestamptz, pool text, used_by text[], rules jsonb,
      schedule text, rhythm text, index bigint)) with ordinality as r
  ), made as (
    insert into instances (pipeline_id, version, component_id, referrer_id, instance_key, type, family, interval_start, interval_end, due_time, status, hold, hold_room,
      worker_group, lane, priority, pool, cascade, fires, maximum_retries, tries_left, late_time, late_after, used_by, rules, actual_start_time, actual_end_time, backfill_id)
    select p_pipeline, p_version, component, referrer, key, type, family, start, stop, due, case when held then 'SCHEDULED' else status end,
      case when held then 'PAUSED' end, case when held then (p_limits ->> component)::integer end, grp, lane, priority, pool, cascades, fires, retries, retries + 1, late, late - due, used_by, rules,
      case when status <> 'SCHEDULED' and not held then now() end, case when status = 'SKIPPED' then now() end,
      case when status <> 'SCHEDULED' or exists (select 1 from backfill_marks m where m.backfill_id = p_backfill and m.schedule_id = given.schedule
        and m.schedule_type = given.rhythm and given.index between m.next_index and m.last_index) then p_backfill end
    from given order by ordinality
    on conflict (pipeline_id, component_id, referrer_id, interval_start) do update set status = excluded.status, hold = excluded.hold, hold_room = excluded.hold_room,
      version = excluded.version, interval_end = excluded.interval_end, due_time = excluded.due_time, worker_group = excluded.worker_group, lane = excluded.lane,
      priority = excluded.priority, pool = excluded.pool, cascade = excluded.cascade, fires = excluded.fires, maximum_retries = excluded.maximum_retries, tries_left = excluded.tries_left,
      late_time = excluded.late_time, late_after = excluded.late_after, used_by = excluded.used_by, rules = excluded.rules, actual_start_time = excluded.actual_start_time, actual_end_time = excluded.actual_end_time,
      backfill_id = excluded.backfill_id
      where (instances.status = 'SCHEDULED' and instances.hold is null or p_backfill is not null and instances.status = 'SKIPPED')
        and (excluded.status <> 'SCHEDULED' or excluded.hold is not null)
    returning id, status, hold
  )
  select coalesce(array_agg(id) filter (where status not in ('SCHEDULED', 'SKIPPED')), '{}'), coalesce(array_agg(id) filter (where hold is not null), '{}'),
    coalesce(array_agg(id) filter (where status = 'SKIPPED'), '{}') into v_new, v_held, v_skipped from made;
  -- Those were places that others may wait for. Before the edges of this plan, whose counts take in what is SKIPPED.
  if cardinality(v_skipped) > 0 then perform advance(v_skipped, '{}', null, null, '{}', 'activity', 0, interval '0'); end if;

  select array_agg(i.id order by r.ordinality) into v_ids
    from rows from (json_to_recordset(p_rows) as (component text, referrer text, start timestamptz, resource integer)) with ordinality as r
    join instances i on i.pipeline_id = p_pipeline and i.component_id = r.component and i.referrer_id = r.referrer and i.interval_start = r.start;
  update instances i set resource_id = v_ids[r.resource + 1]
    from rows from (json_to_recordset(p_rows) as (resource integer)) with ordinality as r
    where r.resource is not null and i.id = v_ids[r.ordinality] and i.id = any(v_new || v_held);

  -- A place that no watermark is going to reach (its schedule is over, or this run does not ask for it) would be waited for without end.
  update instances i set status = 'SKIPPED', actual_end_time = now()
    from rows from (json_to_recordset(p_rows) as (status text, schedule text, rhythm text, index bigint)) with ordinality as r
    where r.status = 'SCHEDULED' and i.id = v_ids[r.ordinality] and i.status = 'SCHEDULED' and i.hold is null and r.schedule is not null and not exists (
      select 1 from watermarks w where w.pipeline_id = p_pipeline and w.schedule_id = r.schedule and w.schedule_type = r.rhythm
        and w.next_due is not null and r.index between w.next_index and coalesce(w.last_index, r.index))
      and not exists (select 1 from backfill_marks m where m.backfill_id = p_backfill and m.schedule_id = r.schedule and m.schedule_type = r.rhythm
        and r.index between m.next_index and m.last_index);

  insert into dependencies (producer_id, consumer_id, kind)
    select v_ids[e.producer + 1], v_ids[e.consumer + 1], e.kind from json_to_recordset(p_edges) as e(producer integer, consumer integer, kind text)
    where v_ids[e.consumer + 1] = any(v_new || v_held)
    on conflict do nothing;
  if p_backfill is null then
    perform begin_instances(v_new);
  else
    perform backfill_again(p_backfill, array(
      select v_ids[r.ordinality] from rows from (json_to_recordset(p_rows) as (status text)) with ordinality as r where r.status <> 'SCHEDULED'
    ), v_new);
  end if;
  return 'PLANNED';
end $$;
`
