/** `plan_interval(...)`: one interval of one schedule becomes instances, in one transaction and one round trip. The watermark moves by compare
 *  and set in the same transaction and every instance has a unique key, so any number of schedulers make the same result.
 *
 *  Rows: the instances of the interval, and places (`SCHEDULED`) for instances of other intervals that they wait for. Edges name rows by
 *  their number, from 0. Answers PLANNED, STALE (someone else has planned it), FULL (a component has as many active instances as it may),
 *  EARLY (not due on the database's clock), or INACTIVE (the pipeline was stopped, deleted or changed meanwhile). */
export const planInterval = `
create or replace function plan_interval(
  p_pipeline text, p_version integer, p_schedule text, p_schedule_type text, p_index bigint, p_due timestamptz, p_next_due timestamptz, p_next_start timestamptz, p_limits json, p_rows json, p_edges json
) returns text language plpgsql as $$
declare
  v_new bigint[];
  v_ids bigint[];
  v_finished bigint[];
  v_ready bigint[];
  v_outside bigint[];
begin
  -- One plan of a pipeline at a time: two that name each other's instances as places would lock them crosswise.
  perform 1 from pipelines where id = p_pipeline and state = 'SCHEDULED' and active_version = p_version for no key update;
  if not found then return 'INACTIVE'; end if;
  if p_due > now() then return 'EARLY'; end if;
  if exists (
    select 1 from instances i join json_each_text(p_limits) l on l.key = i.component_id
    where i.pipeline_id = p_pipeline and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED') and i.status <> 'SCHEDULED'
      and i.rerun = 0 -- what a person runs again takes no room
    group by l.key, l.value having count(*) >= l.value::integer
  ) then return 'FULL'; end if;
  if p_schedule is not null then
    update watermarks set next_index = p_index + 1, next_due = p_next_due, next_start = p_next_start where pipeline_id = p_pipeline and schedule_id = p_schedule and schedule_type = p_schedule_type and next_index = p_index;
    if not found then return 'STALE'; end if;
  end if;

  with given as (
    select r.* from rows from (json_to_recordset(p_rows) as (component text, referrer text, key text, type text, family text, start timestamptz, stop timestamptz,
      due timestamptz, status text, grp text, lane text, priority integer, cascades boolean, fires text[], retries integer, late timestamptz, used_by text[], rules jsonb)) with ordinality as r
  ), made as (
    insert into instances (pipeline_id, version, component_id, referrer_id, instance_key, type, family, interval_start, interval_end, due_time, status,
      worker_group, lane, priority, cascade, fires, maximum_retries, tries_left, late_time, late_after, used_by, rules, actual_start_time)
    select p_pipeline, p_version, component, referrer, key, type, family, start, stop, due, status, grp, lane, priority, cascades, fires, retries, retries + 1, late, late - due, used_by, rules,
      case when status <> 'SCHEDULED' then now() end
    from given order by ordinality
    on conflict (pipeline_id, component_id, referrer_id, interval_start) do update set status = excluded.status, version = excluded.version, interval_end = excluded.interval_end,
      due_time = excluded.due_time, worker_group = excluded.worker_group, lane = excluded.lane, priority = excluded.priority, cascade = excluded.cascade, fires = excluded.fires,
      maximum_retries = excluded.maximum_retries, tries_left = excluded.tries_left, late_time = excluded.late_time, late_after = excluded.late_after,
      used_by = excluded.used_by, rules = excluded.rules, actual_start_time = excluded.actual_start_time
      where instances.status = 'SCHEDULED' and excluded.status <> 'SCHEDULED'
    returning id, status
  )
  select coalesce(array_agg(id) filter (where status <> 'SCHEDULED'), '{}') into v_new from made;

  select array_agg(i.id order by r.ordinality) into v_ids
    from rows from (json_to_recordset(p_rows) as (component text, referrer text, start timestamptz, resource integer)) with ordinality as r
    join instances i on i.pipeline_id = p_pipeline and i.component_id = r.component and i.referrer_id = r.referrer and i.interval_start = r.start;
  update instances i set resource_id = v_ids[r.resource + 1]
    from rows from (json_to_recordset(p_rows) as (resource integer)) with ordinality as r
    where r.resource is not null and i.id = v_ids[r.ordinality] and i.id = any(v_new);

  -- A place that no watermark is going to reach (its schedule is over, or this run does not ask for it) would be waited for without end.
  update instances i set status = 'SKIPPED', actual_end_time = now()
    from rows from (json_to_recordset(p_rows) as (status text, schedule text, rhythm text, index bigint)) with ordinality as r
    where r.status = 'SCHEDULED' and i.id = v_ids[r.ordinality] and i.status = 'SCHEDULED' and r.schedule is not null and not exists (
      select 1 from watermarks w where w.pipeline_id = p_pipeline and w.schedule_id = r.schedule and w.schedule_type = r.rhythm
        and w.next_due is not null and r.index between w.next_index and coalesce(w.last_index, r.index));

  insert into dependencies (producer_id, consumer_id, kind)
    select v_ids[e.producer + 1], v_ids[e.consumer + 1], e.kind from json_to_recordset(p_edges) as e(producer integer, consumer integer, kind text)
    where v_ids[e.consumer + 1] = any(v_new)
    on conflict do nothing;

  -- A producer of another interval may be ending at this very moment: hold it while the counts are made.
  select coalesce(array_agg(id), '{}') into v_outside from (
    select p.id from instances p
    where p.id in (select d.producer_id from dependencies d where d.consumer_id = any(v_new)) and p.id <> all(v_new)
    order by p.id for share
  ) held;
  update instances c set waiting = open.n from (
    select d.consumer_id, count(*) as n from dependencies d join instances p on p.id = d.producer_id
    where d.consumer_id = any(v_new) and p.status not in ('FINISHED', 'SKIPPED') group by 1
  ) open where c.id = open.consumer_id;

  update instances set status = 'FINISHED', actual_end_time = now() where id = any(v_new) and waiting = 0 and family = 'datanode';
  select coalesce(array_agg(id) filter (where status = 'FINISHED'), '{}'),
    coalesce(array_agg(id order by id) filter (where status = 'WAITING_ON_DEPENDENCIES' and waiting = 0 and family in ('activity', 'precondition')), '{}')
    into v_finished, v_ready from instances where id = any(v_new);
  perform advance(v_finished, v_ready, null, null, '{}', 'activity', 0, interval '0');
  perform cancel_instances(array(
    select i.id from instances i join instances r on r.id = i.resource_id where i.id = any(v_new) and r.status in ('FAILED', 'CANCELED', 'TIMEDOUT')
  ), 'its resource has failed');
  if cardinality(v_outside) > 0 then
    perform spread_failure(array(select id from instances where id = any(v_outside) and status in ('FAILED', 'CANCELED', 'TIMEDOUT', 'CASCADE_FAILED')));
  end if;
  return 'PLANNED';
end $$;
`
