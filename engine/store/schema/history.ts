const failed = `('FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT')`

/** `check_kind` says of what kind a precondition's answer was that is not true: null, or NO_PERMISSION, when its look was refused.
 *
 *  The indexes are for questions about a long history: the newest run of each component that has ended (its health), and what failed. */
export const history = `
alter table attempts add column check_kind text;
create index instances_ended on instances (pipeline_id, component_id, actual_end_time) where status in ('FINISHED', 'FAILED', 'CANCELED', 'CASCADE_FAILED', 'TIMEDOUT') and family <> 'precondition';
create index instances_failed on instances (pipeline_id, interval_start) where status in ${failed};
`
