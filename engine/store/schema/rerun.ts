const failed = `('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')`
const ended = `('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT', 'SKIPPED')`

/** `rerun_set(targets, downstream)`: what runs again when a person asks for these: each that has ended and does not depend on something failed
 *  outside the set; consumers that are CASCADE_FAILED, or with `downstream` all that have ended; preconditions and resources of
 *  these that did not end well; and of a resource what did not end well on it. In no order.
 *  @see spec/behaviour.md 10 */
export const rerunSet = `
create or replace function rerun_set(p_targets bigint[], p_downstream boolean) returns bigint[] language plpgsql as $$
declare
  v_set bigint[] := '{}';
  v_more bigint[];
begin
  loop
    with near as (
      select id, 'target' as part from unnest(p_targets) as id
      union select id, 'housed' from instances where resource_id = any(p_targets)
      union select consumer_id, 'consumer' from dependencies where producer_id = any(v_set)
      union select producer_id, 'needed' from dependencies where consumer_id = any(v_set) and kind = 'precondition'
      union select resource_id, 'needed' from instances where id = any(v_set) and resource_id is not null
    )
    select coalesce(array_agg(distinct i.id), '{}') into v_more from near join instances i on i.id = near.id
    where i.id <> all(v_set) and case near.part
        when 'target' then i.status in ${ended}
        when 'consumer' then i.status = 'CASCADE_FAILED' or (p_downstream and i.status in ${ended})
        else i.status in ${failed} end
      and (near.part = 'needed' or not exists (
        select 1 from dependencies d join instances p on p.id = d.producer_id
        where d.consumer_id = i.id and d.kind <> 'precondition' and p.status in ${failed} and p.id <> all(v_set)
      ));
    exit when cardinality(v_more) = 0;
    v_set := v_set || v_more;
  end loop;
  return v_set;
end $$;
`

/** `rerun_instances(pipeline, targets, downstream, set)`: runs \`set\` again, if it still is what \`rerun_set\` answers; else nothing is changed
 *  and the answer is false: of two who ask at once, one wins. Attempt numbers go on, tries begin anew, and a FINISHED pipeline is SCHEDULED. With 0
 *  \`publications\` what was published already is not to be published again.
 *
 *  The pipeline is locked first, as a plan does it, so that nobody comes to depend on these meanwhile; then everything whose status or count
 *  matters, in the order of ids: a dependency or resource that is ending at this moment ends before or after, not in between. */
export const rerunInstances = `
drop function if exists rerun_instances(text, bigint[], boolean, bigint[]);
create or replace function rerun_instances(p_pipeline text, p_targets bigint[], p_downstream boolean, p_set bigint[], p_publications integer default 1) returns boolean language plpgsql as $$
declare
  v_set bigint[];
  v_finished bigint[];
  v_ready bigint[];
begin
  perform 1 from instances where false;
  lock table only attempts in row exclusive mode;
  perform 1 from pipelines where id = p_pipeline for no key update;
  perform lock_instances(array(
    select unnest(p_set)
    union select producer_id from dependencies where consumer_id = any(p_set)
    union select consumer_id from dependencies where producer_id = any(p_set)
    union select resource_id from instances where id = any(p_set)
  ));
  v_set := rerun_set(p_targets, p_downstream);
  if cardinality(v_set) = 0 or not (v_set <@ p_set and p_set <@ v_set) then return false; end if;

  insert into events (pipeline_id, instance_id, kind, detail)
    select pipeline_id, id, 'RERUN', jsonb_build_object('was', status, 'asked', id = any(p_targets)) from instances where id = any(v_set);
  update instances set status = 'WAITING_ON_DEPENDENCIES', tries_left = maximum_retries + 1, rerun = rerun + 1, publication = publication + p_publications, actual_start_time = now(), actual_end_time = null,
    error_id = null, error_message = null, cancellation_reason = null, provider_id = null, lease_until = null,
    deadline = null, available_time = null, late_time = now() + late_after where id = any(v_set);
  -- A machine that is being shut down for good is made again after that.
  update instances set ends_as = 'WAITING_ON_DEPENDENCIES', tries_left = maximum_retries + 1, error_id = null, error_message = null, cancellation_reason = null, available_time = null
    where status = 'SHUTTING_DOWN' and ends_as is not null and id in (select resource_id from instances where id = any(v_set));
  -- Of those that only wait for them too: what was FINISHED is to be waited for again.
  update instances c set waiting = (
    select count(*) from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = c.id and p.status not in ('FINISHED', 'SKIPPED')
  ) where c.status = 'WAITING_ON_DEPENDENCIES' and c.id in (select unnest(v_set) union select consumer_id from dependencies where producer_id = any(v_set));
  update pipelines set state = 'SCHEDULED', finished_time = null where id = p_pipeline and state = 'FINISHED';

  update instances set status = 'FINISHED', actual_end_time = now() where id = any(v_set) and waiting = 0 and family = 'datanode';
  select coalesce(array_agg(id) filter (where status = 'FINISHED'), '{}'),
    coalesce(array_agg(id order by id) filter (where status = 'WAITING_ON_DEPENDENCIES' and waiting = 0 and family in ('activity', 'precondition')), '{}')
    into v_finished, v_ready from instances where id = any(v_set);
  perform advance(v_finished, v_ready, null, null, '{}', 'activity', 0, interval '0');
  return true;
end $$;
`
