/** Ids of pipelines that were deleted, so that who still uses one is told what became of it. */
export const deletedPipelines = `
create table deleted_pipelines (
  id text primary key,
  name text not null,
  deleted_time timestamptz not null default now()
);
`

/** `delete_pipeline(pipeline)`: cancels what runs and takes away the pipeline with its definitions, its history and what waits in the outbox;
 *  its id is remembered. False when there is none. A worker that runs one of its attempts learns at its next beat that it is gone.
 *
 *  The pipeline is locked first: a plan that is under way ends before, and the next one finds it gone. Then attempts before instances, as
 *  everywhere.
 *  @see spec/behaviour.md 11 */
export const deletePipeline = `
create or replace function delete_pipeline(p_pipeline text) returns boolean language plpgsql as $$
declare
  v_instances bigint[];
begin
  perform 1 from instances where false;
  lock table only attempts in row exclusive mode;
  insert into deleted_pipelines (id, name) select id, name from pipelines where id = p_pipeline for update on conflict do nothing;
  if not found then return false; end if;
  v_instances := array(select id from instances where pipeline_id = p_pipeline order by id);
  perform cancel_attempts(v_instances);
  delete from attempts where instance_id = any(v_instances);
  delete from dependencies where consumer_id = any(v_instances) or producer_id = any(v_instances);
  delete from outbox where instance_id = any(v_instances);
  delete from instances where id = any(v_instances);
  delete from events where pipeline_id = p_pipeline;
  delete from pipelines where id = p_pipeline;
  return true;
end $$;
`
