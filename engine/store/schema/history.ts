const failed = `('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')`

/** For questions about a long history. `check_kind` says of what kind a precondition's answer was that is not true: null, or NO_PERMISSION, when its look was refused.
 *
 *  The indexes find the run of each component that ended last (its health), what failed, and the newest pipelines. */
export const history = `
alter table attempts add column check_kind text;
create index instances_ended on instances (pipeline_id, component_id, actual_end_time) where status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT') and family <> 'precondition';
create index pipelines_by_creation on pipelines (creation_time desc, id);
create index instances_failed on instances (pipeline_id, interval_start) where status in ${failed};
`
