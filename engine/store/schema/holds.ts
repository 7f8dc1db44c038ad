/** What `hold` says of an instance that is SCHEDULED: null, a mere place for another interval; else why it may not begin, though it is planned
 *  whole. `hold_room` is how many of its component may be active when it begins. `skip_before` of a watermark: intervals that start earlier are
 *  SKIPPED, since activation said so. */
export const holds = `
alter table instances add column hold text, add column hold_room integer;
create index instances_on_hold on instances (pipeline_id, component_id, interval_start) where hold is not null;
alter table watermarks add column skip_before timestamptz;
`

/** `begin_instances(instances)`: what was made, or let go, begins: its dependencies are counted, what waits for nothing is readied or, being a
 *  data node, FINISHED, and failures that came before it reach it. Call it with the pipeline locked.
 *
 *  `count_waiting(instances)` counts for how many producers each waits, and answers the producers that are not among them.
 *  `begin_counted(idle, doomed, outside)`: of instances that are counted already, those that wait for nothing begin; `doomed` are on resources that have failed,
 *  `outside` are producers that had maybe failed before. */
export const beginInstances = `
create or replace function count_waiting(p_instances bigint[]) returns bigint[] language plpgsql as $$
declare
  v_outside bigint[];
begin
  -- A producer of another interval may be ending at this very moment: hold it while the counts are made. By keys, here and below: a plan that
  -- was made when the tables were small must not read all of them later.
  v_outside := array(select distinct d.producer_id from dependencies d where d.consumer_id = any(p_instances) and d.producer_id <> all(p_instances));
  if cardinality(v_outside) > 0 then
    perform 1 from instances p where p.id = any(v_outside) order by p.id for share;
  end if;
  update instances c set waiting = (
    select count(*) from dependencies d where d.consumer_id = c.id
      and (select p.status not in ('FINISHED', 'SKIPPED') from instances p where p.id = d.producer_id)
  ) where c.id = any(p_instances) and exists (select 1 from dependencies d where d.consumer_id = c.id);
  return v_outside;
end $$;

create or replace function begin_counted(p_idle bigint[], p_doomed bigint[], p_outside bigint[]) returns void language plpgsql as $$
declare
  v_finished bigint[];
  v_ready bigint[];
  v_low bigint;
  v_high bigint;
begin
  if cardinality(p_idle) > 0 then
    select min(id), max(id) into v_low, v_high from unnest(p_idle) as id;
    update instances set status = 'FINISHED', actual_end_time = now() where id = any(p_idle) and id between v_low and v_high and family = 'datanode';
    select coalesce(array_agg(id) filter (where status = 'FINISHED'), '{}'),
      coalesce(array_agg(id order by id) filter (where status = 'WAITING_ON_DEPENDENCIES' and family in ('activity', 'precondition')), '{}')
      into v_finished, v_ready from instances where id = any(p_idle) and id between v_low and v_high;
    perform advance(v_finished, v_ready, null, null, '{}', 'activity', 0, interval '0');
  end if;
  if cardinality(p_doomed) > 0 then perform cancel_instances(p_doomed, 'its resource has failed'); end if;
  if cardinality(p_outside) > 0 then
    perform spread_failure(array(select id from instances where id = any(p_outside) and status in ('FAILED', 'CANCELED', 'TIMEDOUT', 'CASCADE_FAILED')));
  end if;
end $$;

create or replace function begin_instances(p_instances bigint[]) returns void language plpgsql as $$
declare
  v_outside bigint[] := count_waiting(p_instances);
begin
  perform begin_counted(array(select id from instances where id = any(p_instances) and waiting = 0 and status = 'WAITING_ON_DEPENDENCIES'), array(
    select i.id from instances i join instances r on r.id = i.resource_id where i.id = any(p_instances) and r.status in ('FAILED', 'CANCELED', 'TIMEDOUT')
  ), v_outside);
end $$;
`

/** `begin_held(pipeline)`: of what is on hold, the oldest of each component that is not paused begin, as many as there is room for, each with the
 *  preconditions that guard it. Returns how many. `begin_all_held()` does it for every active pipeline. */
export const beginHeld = `
create or replace function begin_held(p_pipeline text) returns integer language plpgsql as $$
declare
  v_begun bigint[];
begin
  perform 1 from instances where false;
  lock table only attempts in row exclusive mode;
  perform 1 from pipelines where id = p_pipeline and state = 'SCHEDULED' for no key update;
  if not found then return 0; end if;
  with ranked as (
    select i.component_id, i.id, i.interval_start, i.hold_room, row_number() over (partition by i.component_id order by i.interval_start) as place
    from instances i join components c on c.pipeline_id = i.pipeline_id and c.id = i.component_id
    where i.pipeline_id = p_pipeline and i.hold is not null and i.family <> 'precondition' and not c.paused
  ), active as (
    select i.component_id, count(*) as n from instances i
    where i.pipeline_id = p_pipeline and i.component_id in (select component_id from ranked) and i.rerun = 0 and i.backfill_id is null
      and i.status not in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED') and i.status <> 'SCHEDULED'
    group by 1
  ), chosen as (
    select r.id, r.component_id, r.interval_start from ranked r left join active a on a.component_id = r.component_id
    where r.place <= coalesce(r.hold_room, 2147483647) - coalesce(a.n, 0)
  ), guards as (
    select g.id from instances g join components c on c.pipeline_id = g.pipeline_id and c.id = g.component_id
    where g.pipeline_id = p_pipeline and g.hold is not null and g.family = 'precondition' and not c.paused and not exists (
      select 1 from instances r where r.pipeline_id = p_pipeline and r.component_id = g.referrer_id and r.interval_start = g.interval_start
        and r.hold is not null and r.id not in (select id from chosen)
    )
  )
  select coalesce(array_agg(id order by id), '{}') into v_begun from (select id from chosen union all select id from guards) both_kinds;
  if cardinality(v_begun) = 0 then return 0; end if;
  update instances set status = 'WAITING_ON_DEPENDENCIES', hold = null, hold_room = null, actual_start_time = now() where id = any(v_begun);
  perform begin_instances(v_begun);
  return cardinality(v_begun);
end $$;

create or replace function begin_all_held() returns integer language plpgsql as $$
declare
  v_pipeline text;
  v_count integer := 0;
begin
  for v_pipeline in
    select distinct i.pipeline_id from instances i join pipelines p on p.id = i.pipeline_id and p.state = 'SCHEDULED'
      join components c on c.pipeline_id = i.pipeline_id and c.id = i.component_id and not c.paused
      where i.hold is not null order by 1
  loop
    v_count := v_count + begin_held(v_pipeline);
  end loop;
  return v_count;
end $$;
`

/** `pause_components(pipeline, components)`, `resume_components(...)`: those of the named that were not so before. Paused, a component gets no new
 *  runs; those it has go on. Resumed, its missed intervals run, oldest first.
 *  @see spec/behaviour.md 5.3 */
export const pauseComponents = `
create or replace function pause_components(p_pipeline text, p_components text[]) returns text[] language plpgsql as $$
declare
  v_changed text[];
begin
  -- The pipeline first, as a plan does it: what a plan under way makes is not paused any more, what the next one makes is.
  perform 1 from pipelines where id = p_pipeline for no key update;
  with moved as (update components set paused = true where pipeline_id = p_pipeline and id = any(p_components) and not paused returning id)
  select coalesce(array_agg(id order by id), '{}') into v_changed from moved;
  insert into events (pipeline_id, kind, detail) select p_pipeline, 'PAUSED', jsonb_build_object('component', c) from unnest(v_changed) as c;
  return v_changed;
end $$;

create or replace function resume_components(p_pipeline text, p_components text[]) returns text[] language plpgsql as $$
declare
  v_changed text[];
begin
  perform 1 from pipelines where id = p_pipeline for no key update;
  with moved as (update components set paused = false where pipeline_id = p_pipeline and id = any(p_components) and paused returning id)
  select coalesce(array_agg(id order by id), '{}') into v_changed from moved;
  insert into events (pipeline_id, kind, detail) select p_pipeline, 'RESUMED', jsonb_build_object('component', c) from unnest(v_changed) as c;
  perform begin_held(p_pipeline);
  return v_changed;
end $$;
`
