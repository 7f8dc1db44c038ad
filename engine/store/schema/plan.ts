const ended = `('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

/** `plan_intervals(...)`: intervals of many schedules become instances, in one transaction and one round trip. A chain is consecutive intervals, its
 *  steps, of one schedule of one pipeline (or one on-demand execution), and no two chains are of one pipeline; the steps of a chain are planned
 *  from its first on until one cannot be. The watermark moves over them by compare and set in the same transaction, and no one else makes instances
 *  of the pipeline meanwhile, since it is locked: so any number of schedulers make the same result.
 *
 *  Rows: the instances of the intervals, those that are SKIPPED, and places (`SCHEDULED`) for instances of other intervals that they wait for. An
 *  instance is one row, of the first step that names it, however many do. What its component says of it is in the row's kind. Edges name
 *  rows; their consumer is a row of their own step. Steps, rows and kinds are numbered from 1. Rows of a component that is paused, or that has
 *  older ones on hold, are planned whole but put on hold. With a backfill its mark moves instead of the watermark, what was SKIPPED runs, and
 *  what ended may run again.
 *
 *  Answers for each step: PLANNED, STALE (someone else has planned it), FULL (a component has as many active instances as it may), PAUSED (all
 *  components of the schedule are), EARLY (not due on the database's clock), INACTIVE (the pipeline was stopped, deleted or changed
 *  meanwhile), or null behind a step that was not PLANNED. FULL behind the first step counts the steps before it as active, and so may be too careful. */
export const planIntervals = `
create or replace function plan_intervals(
  p_chains json, p_steps json, p_kinds json, p_row_step integer[], p_row_kind integer[], p_row_key text[], p_row_start timestamptz[], p_row_stop timestamptz[],
  p_row_due timestamptz[], p_row_late timestamptz[], p_row_status text[], p_row_resource integer[], p_places json, p_producers integer[], p_consumers integer[], p_edge_kinds text[]
) returns text[] language plpgsql as $$
declare
  v_sequence regclass := pg_get_serial_sequence('instances', 'id');
  v_pipelines text[];
  v_versions integer[];
  v_backfills text[];
  v_held_pipelines text[];
  v_held_components text[];
  v_answers text[];
  v_moved integer[];
  v_planned boolean[];
  v_ids bigint[];
  v_known boolean[];
  v_again integer[];
  v_chain integer;
  v_idle bigint[];
  v_filled bigint[];
  v_held bigint[];
  v_skipped bigint[];
  v_doomed bigint[];
  v_outside bigint[];
begin
  select array_agg(pipeline order by n), array_agg(version order by n), array_agg(backfill order by n) into v_pipelines, v_versions, v_backfills
    from rows from (json_to_recordset(p_chains) as (pipeline text, version integer, backfill text)) with ordinality as c(pipeline, version, backfill, n);
  -- A purge comes before all of this, or after; and attempts first, as everywhere, for one who begins a window.
  perform 1 from instances where false;
  lock table only attempts in row exclusive mode;
  -- One plan of a pipeline at a time: two that name each other's instances as places would lock them crosswise.
  perform 1 from pipelines where id = any(v_pipelines) order by id for no key update;

  select coalesce(array_agg(pipeline_id), '{}'), coalesce(array_agg(component_id), '{}') into v_held_pipelines, v_held_components from (
    select pipeline_id, id as component_id from components where pipeline_id = any(v_pipelines) and paused
    union select pipeline_id, component_id from instances where pipeline_id = any(v_pipelines) and hold is not null and family <> 'precondition'
  ) h;

  with chains as materialized (
    select c.*, p.state = 'SCHEDULED' and p.active_version = c.version and (c.backfill is null or b.state = 'RUNNING') as active, case when c.backfill is not null then
      b.room - (select count(distinct i.interval_start) from instances i where i.backfill_id = c.backfill and i.component_id in (select json_object_keys(c.limits))
        and i.status not in ${ended} and (i.status <> 'SCHEDULED' or i.hold is not null)) end as room
    from rows from (json_to_recordset(p_chains) as (pipeline text, version integer, schedule text, backfill text, limits json)) with ordinality as c(pipeline, version, schedule, backfill, limits, n)
      left join pipelines p on p.id = any(v_pipelines) and p.id = c.pipeline left join backfills b on b.id = any(v_backfills) and b.id = c.backfill
  ), steps as materialized (
    select s.n, s.chain, s.start, s.due > now() as early, first_value(s.start) over w as first, row_number() over w - 1 as before, s.index <> lag(s.next) over w as apart
    from rows from (json_to_recordset(p_steps) as (chain integer, index bigint, next bigint, start timestamptz, due timestamptz)) with ordinality as s(chain, index, next, start, due, n)
    window w as (partition by s.chain order by s.n)
  ), own as materialized (
    select c.n as chain, c.pipeline, c.backfill is not null as past, l.key as component, l.value::integer as room, coalesce(k.paused, false) as paused, h.component is not null as held
    from chains c cross join lateral json_each_text(c.limits) l left join components k on k.pipeline_id = any(v_pipelines) and k.pipeline_id = c.pipeline and k.id = l.key
      left join unnest(v_held_pipelines, v_held_components) as h(pipeline, component) on h.pipeline = c.pipeline and h.component = l.key
  ), active as materialized (
    -- Only what starts earlier is in the way: a machine of a later interval, made for a rhythm that is ahead, waits for this one itself.
    select o.chain, o.room - i.earlier as room, i.later from own o join steps s on s.chain = o.chain and s.before = 0 cross join lateral (
      select count(*) filter (where interval_start >= s.first is not true) as earlier, array_agg(interval_start) filter (where interval_start >= s.first) as later
      from instances where pipeline_id = o.pipeline and component_id = o.component and status not in ${ended} and status <> 'SCHEDULED'
        and rerun = 0 and backfill_id is null -- what a person runs again, or asks for of the past, takes no room
    ) i where not o.past and not o.held
  ), crowded as materialized (
    select distinct s.n from steps s join active a on a.chain = s.chain where s.before + (select count(*) from unnest(a.later) as start where start < s.start) >= a.room
    union all select s.n from steps s join chains c on c.n = s.chain where s.before >= c.room
  ), paused as (
    select c.n from chains c join own o on o.chain = c.n where c.schedule is not null group by c.n having bool_and(o.paused)
  ), judged as (
    select s.n, s.chain, case when c.active is not true then 'INACTIVE' when s.early then 'EARLY' when p.n is not null then 'PAUSED' when f.n is not null then 'FULL' when s.apart then 'STALE' else 'PLANNED' end as answer
    from steps s join chains c on c.n = s.chain left join paused p on p.n = s.chain left join crowded f on f.n = s.n
  )
  select array_agg(case when reached then answer end order by n) into v_answers from (
    select n, answer, coalesce(bool_and(answer = 'PLANNED') over (partition by chain order by n rows between unbounded preceding and 1 preceding), true) as reached from judged
  ) told;

  v_planned := array(select answer is not distinct from 'PLANNED' from unnest(v_answers) with ordinality as a(answer, n) order by n);
  with planned as materialized (
    select s.chain, min(s.index) as index, max(s.next) as next, (array_agg(s.next_due order by s.n desc))[1] as next_due, (array_agg(s.next_start order by s.n desc))[1] as next_start
    from rows from (json_to_recordset(p_steps) as (chain integer, index bigint, next bigint, next_due timestamptz, next_start timestamptz)) with ordinality as s(chain, index, next, next_due, next_start, n)
    where v_planned[s.n] group by s.chain
  ), spans as materialized (
    select p.*, c.pipeline, c.schedule, c.rhythm, c.backfill from planned p
      join rows from (json_to_recordset(p_chains) as (pipeline text, schedule text, rhythm text, backfill text)) with ordinality as c(pipeline, schedule, rhythm, backfill, n) on c.n = p.chain
  ), watermark as (
    update watermarks w set next_index = s.next, next_due = s.next_due, next_start = s.next_start from spans s
      where s.backfill is null and w.pipeline_id = any(v_pipelines) and w.pipeline_id = s.pipeline and w.schedule_id = s.schedule and w.schedule_type = s.rhythm and w.next_index = s.index returning s.chain
  ), mark as (
    update backfill_marks m set next_index = s.next from spans s
      where m.backfill_id = any(v_backfills) and m.backfill_id = s.backfill and m.schedule_id = s.schedule and m.schedule_type = s.rhythm and m.next_index = s.index returning s.chain
  )
  select coalesce(array_agg(chain), '{}') into v_moved from (select chain from watermark union all select chain from mark union all select chain from spans where schedule is null) moved;
  if cardinality(v_moved) < cardinality(v_pipelines) then
    v_answers := array(
      select case when v_answers[s.n] = 'PLANNED' and s.chain <> all(v_moved) then case when row_number() over (partition by s.chain order by s.n) = 1 then 'STALE' end else v_answers[s.n] end
      from rows from (json_to_recordset(p_steps) as (chain integer)) with ordinality as s(chain, n) order by s.n);
    if cardinality(v_moved) = 0 then return v_answers; end if;
  end if;
  v_planned := array(select answer is not distinct from 'PLANNED' from unnest(v_answers) with ordinality as a(answer, n) order by n);

  -- By keys, here and below: a plan of this function that was made when the tables were small must not read all of them later.
  -- Numbers are counted, not taken out of arrays, of which the planner would believe that they are short, and go through all for each.
  -- What is there already; what is not gets its id. No row is made twice: whoever makes instances of a pipeline holds it.
  select coalesce(array_agg(case when id is not null then id when planned then nextval(v_sequence) end order by n), '{}'), coalesce(array_agg(id is not null order by n), '{}') into v_ids, v_known from (
    select n, v_planned[p_row_step[n]] as planned, (
      select i.id from instances i where i.pipeline_id = v_pipelines[k.chain] and i.component_id = k.component and i.referrer_id = k.referrer and i.interval_start = p_row_start[n]
    ) as id from generate_series(1, cardinality(p_row_step)) as n
      join rows from (json_to_recordset(p_kinds) as (chain integer, component text, referrer text)) with ordinality as k(chain, component, referrer, kind) on k.kind = p_row_kind[n]
    order by n
  ) rows;
  if true = any(v_known) then
    -- A producer of another interval may be ending at this very moment: hold it while the counts are made.
    perform 1 from instances where id = any(array(select v_ids[n] from generate_series(1, cardinality(v_ids)) as n where v_known[n] and v_planned[p_row_step[n]])) order by id for no key update;
    for v_chain in select chain from unnest(v_moved) as chain where v_backfills[chain] is not null loop
      perform backfill_places(v_backfills[v_chain], array(
        select v_ids[p.row] from json_to_recordset(p_places) as p("row" integer, chain integer, schedule text, rhythm text, index bigint)
          join backfill_marks m on m.backfill_id = v_backfills[v_chain] and m.schedule_id = p.schedule and m.schedule_type = p.rhythm and p.index between m.next_index and m.last_index
        where p.chain = v_chain and v_known[p.row] and v_planned[p_row_step[p.row]]
      ));
    end loop;
  end if;

  with kinds as materialized (
    select k.* from rows from (json_to_recordset(p_kinds) as (chain integer, component text, referrer text, type text, family text, grp text, lane text, pool text, priority integer,
      cascades boolean, fires text[], retries integer, used_by text[], rules jsonb, room integer)) with ordinality
      as k(chain, component, referrer, type, family, grp, lane, pool, priority, cascades, fires, retries, used_by, rules, room, n)
  ), places as materialized (
    -- One that no watermark is going to reach (its schedule is over, or this run does not ask for it) would be waited for without end.
    select p.row as n, m.backfill_id is not null as asked, m.backfill_id is null and w.pipeline_id is null as lost
    from json_to_recordset(p_places) as p("row" integer, chain integer, schedule text, rhythm text, index bigint)
      left join watermarks w on w.pipeline_id = any(v_pipelines) and w.pipeline_id = v_pipelines[p.chain] and w.schedule_id = p.schedule and w.schedule_type = p.rhythm
        and w.next_due is not null and p.index between w.next_index and coalesce(w.last_index, p.index)
      left join backfill_marks m on m.backfill_id = any(v_backfills) and m.backfill_id = v_backfills[p.chain] and m.schedule_id = p.schedule and m.schedule_type = p.rhythm and p.index between m.next_index and m.last_index
  ), given as materialized (
    select r.n, r.kind, k.chain, v_ids[r.n] as id, r.status, r.status = 'WAITING_ON_DEPENDENCIES' and cardinality(v_held_components) > 0 and exists (
        select 1 from unnest(v_held_pipelines, v_held_components) as h(pipeline, component) where h.pipeline = v_pipelines[k.chain] and h.component in (k.component, k.referrer)
      ) as held, coalesce(p.lost, false) as lost, i.status as was, case when r.status <> 'SCHEDULED' or p.asked then v_backfills[k.chain] end as backfill,
      i.status = 'SCHEDULED' and i.hold is null or v_backfills[k.chain] is not null and i.status = 'SKIPPED' as free
    from (select n, p_row_kind[n] as kind, p_row_status[n] as status from generate_series(1, cardinality(p_row_step)) as n where v_planned[p_row_step[n]]) r
      join kinds k on k.n = r.kind left join places p on p.n = r.n
      left join lateral (select status, hold from instances where v_known[r.n] and id = v_ids[r.n] offset 0) i on true
  ), decided as materialized (
    -- Each is made, or filled, which was a place, or lost, or stays as it was.
    select g.*, was is null as made, coalesce(free and (status <> 'SCHEDULED' or held), false) as filled, coalesce(lost and was = 'SCHEDULED' and free and not (status <> 'SCHEDULED' or held), false) as gone,
      case when was is null or free and (status <> 'SCHEDULED' or held) then case when held then 'SCHEDULED' when lost then 'SKIPPED' else status end
        when lost and was = 'SCHEDULED' and free then 'SKIPPED' else was end as becomes
    from given g
  ), open as materialized (
    select p_consumers[e] as n, count(*) as n_open from generate_series(1, cardinality(p_producers)) as e join decided d on d.n = p_producers[e]
      where not d.becomes = any(array['FINISHED', 'SKIPPED']) group by 1
  ), made as (
    insert into instances (id, pipeline_id, version, component_id, referrer_id, instance_key, type, family, interval_start, interval_end, due_time, status, waiting, hold, hold_room,
      worker_group, lane, priority, pool, resource_id, cascade, fires, maximum_retries, tries_left, late_time, late_after, used_by, rules, actual_start_time, actual_end_time, backfill_id)
    overriding system value
    select d.id, v_pipelines[k.chain], v_versions[k.chain], k.component, k.referrer, p_row_key[d.n], k.type, k.family, p_row_start[d.n], p_row_stop[d.n], p_row_due[d.n], d.becomes,
      case when d.becomes = 'WAITING_ON_DEPENDENCIES' then coalesce(o.n_open, 0) else 0 end, case when d.held then 'PAUSED' end, case when d.held then k.room end, k.grp, k.lane, k.priority, k.pool,
      v_ids[p_row_resource[d.n]], k.cascades, k.fires, k.retries, k.retries + 1, p_row_late[d.n], p_row_late[d.n] - p_row_due[d.n], k.used_by, k.rules,
      case when d.status <> 'SCHEDULED' and not d.held then now() end, case when d.becomes = 'SKIPPED' then now() end, d.backfill
    from decided d join kinds k on k.n = d.kind left join open o on o.n = d.n where d.made order by d.n
    returning id, status, waiting
  ), filled as (
    update instances i set status = d.becomes, hold = case when d.held then 'PAUSED' end, hold_room = case when d.held then k.room end,
      version = v_versions[k.chain], interval_end = p_row_stop[d.n], due_time = p_row_due[d.n], worker_group = k.grp, lane = k.lane, priority = k.priority, pool = k.pool,
      resource_id = coalesce(v_ids[p_row_resource[d.n]], i.resource_id), cascade = k.cascades, fires = k.fires, maximum_retries = k.retries, tries_left = k.retries + 1,
      late_time = p_row_late[d.n], late_after = p_row_late[d.n] - p_row_due[d.n], used_by = k.used_by, rules = k.rules,
      actual_start_time = case when not d.held then now() end, actual_end_time = case when d.becomes = 'SKIPPED' then now() end, backfill_id = d.backfill
    from decided d join kinds k on k.n = d.kind where d.filled and i.id = d.id and i.id = any(array(select id from decided where filled))
    returning i.id, i.status
  ), gone as (
    update instances i set status = 'SKIPPED', actual_end_time = now() from decided d where d.gone and i.id = d.id and i.id = any(array(select id from decided where gone))
  )
  select array(select id from made where status = 'WAITING_ON_DEPENDENCIES' and waiting = 0), array(select id from filled where status = 'WAITING_ON_DEPENDENCIES'),
    array(select id from filled where status = 'SCHEDULED'), array(select id from filled where status = 'SKIPPED'),
    array(select d.id from decided d join decided r on r.n = p_row_resource[d.n] where true = any(v_known) and (d.made or d.filled) and d.becomes = 'WAITING_ON_DEPENDENCIES'
      and r.becomes = any(array['FAILED', 'CANCELED', 'TIMEDOUT'])),
    array(select distinct p.id from generate_series(1, cardinality(p_producers)) as e join decided p on p.n = p_producers[e] join decided c on c.n = p_consumers[e]
      where true = any(v_known) and not p.made and not p.filled and p.becomes = any(array['FAILED', 'CANCELED', 'TIMEDOUT', 'CASCADE_FAILED']) and (c.made or c.filled) and c.becomes = 'WAITING_ON_DEPENDENCIES'),
    array(select distinct chain from decided where not made and not filled and status <> 'SCHEDULED' and v_backfills[chain] is not null)
    into v_idle, v_filled, v_held, v_skipped, v_doomed, v_outside, v_again;

  if cardinality(v_skipped) > 0 then
    -- Those were places that others may wait for. Before the edges of this plan, whose counts are then made anew.
    perform advance(v_skipped, '{}', null, null, '{}', 'activity', 0, interval '0');
    v_filled := v_filled || array(select id from instances where id = any(array(select v_ids[n] from generate_series(1, cardinality(v_ids)) as n where not v_known[n])) and status = 'WAITING_ON_DEPENDENCIES');
    v_idle := '{}';
  end if;
  insert into dependencies (producer_id, consumer_id, kind)
    select v_ids[p_producers[e]], v_ids[p_consumers[e]], p_edge_kinds[e] from generate_series(1, cardinality(p_producers)) as e
    where v_ids[p_consumers[e]] is not null and (not v_known[p_consumers[e]] or v_ids[p_consumers[e]] = any(v_filled || v_held)
      and not exists (select 1 from dependencies d where d.producer_id = v_ids[p_producers[e]] and d.consumer_id = v_ids[p_consumers[e]]));
  if cardinality(v_again) > 0 then
    foreach v_chain in array v_again loop
      v_moved := array(select n from generate_series(1, cardinality(v_ids)) as n
        join rows from (json_to_recordset(p_kinds) as (chain integer)) with ordinality as k(chain, kind) on k.kind = p_row_kind[n]
        where k.chain = v_chain and p_row_status[n] <> 'SCHEDULED' and v_planned[p_row_step[n]]);
      perform backfill_again(v_backfills[v_chain], array(select v_ids[n] from unnest(v_moved) as n), array(
        select id from instances where id = any(array(select v_ids[n] from unnest(v_moved) as n where not v_known[n] or v_ids[n] = any(v_filled))) and hold is null and status = 'WAITING_ON_DEPENDENCIES'
      ));
    end loop;
    -- Those have begun.
    v_idle := array(select id from instances where id = any(v_idle) and (backfill_id is null or backfill_id <> all(array(select v_backfills[chain] from unnest(v_again) as chain))));
    v_filled := array(select id from instances where id = any(v_filled) and (backfill_id is null or backfill_id <> all(array(select v_backfills[chain] from unnest(v_again) as chain))));
  end if;
  if cardinality(v_filled) > 0 then
    v_outside := v_outside || count_waiting(v_filled);
    v_idle := v_idle || array(select id from instances where id = any(v_filled) and waiting = 0 and status = 'WAITING_ON_DEPENDENCIES');
  end if;
  perform begin_counted(v_idle, v_doomed, v_outside);
  return v_answers;
end $$;
`
