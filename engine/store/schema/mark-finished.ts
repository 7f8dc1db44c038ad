/** `mark_finished(instances)`: what a person calls done is FINISHED, ended or not, and what waits for it goes on. A worker that runs one loses
 *  its fence; preconditions that still look for one are CANCELED. Returns those that were not FINISHED before. Resources end by themselves,
 *  and a place kept for later is not a run: both are left as they are.
 *
 *  Attempts are locked before instances and once more after them, as `cancel_instances` does it and for the same reasons.
 *  @see spec/behaviour.md 5.4 and 10 */
export const markFinished = `
create or replace function mark_finished(p_instances bigint[]) returns bigint[] language plpgsql as $$
declare
  v_moved bigint[];
  v_met bigint[];
begin
  perform 1 from instances where false; -- so that a purge comes before all of this, or after
  perform cancel_attempts(p_instances);
  with locked as materialized (
    select id, status from instances where id = any(p_instances) and status not in ('FINISHED', 'SCHEDULED') and family <> 'resource' order by id for no key update
  ), moved as (
    update instances i set status = 'FINISHED', actual_end_time = now(), error_id = null, error_message = null, cancellation_reason = null
      from locked where i.id = locked.id returning i.id, i.pipeline_id, locked.status as was
  ), noted as (
    insert into events (pipeline_id, instance_id, kind, detail) select pipeline_id, id, 'MARKED_FINISHED', jsonb_build_object('was', was) from moved
  )
  -- What was SKIPPED held up nobody: its consumers do not count it.
  select coalesce(array_agg(id), '{}'), coalesce(array_agg(id) filter (where was <> 'SKIPPED'), '{}') into v_moved, v_met from moved;
  perform cancel_attempts(v_moved);
  perform cancel_instances(array(
    select d.producer_id from dependencies d join instances p on p.id = d.producer_id where d.consumer_id = any(v_moved) and d.kind = 'precondition'
      and p.status in ('WAITING_ON_DEPENDENCIES', 'WAITING_FOR_RUNNER', 'RUNNING')
  ), 'what it guards was marked finished');
  perform advance(v_met, '{}', null, null, '{}', 'activity', 0, interval '0');
  return v_moved;
end $$;
`
