/** What a resource instance must know of its rules, and until when what it does may take.
 *
 *  `watermarks.next_start`: start of the next interval to plan, by which a resource knows whether more work can still come to it.
 *  `instances.used_by`: the rhythms of those that run on a resource, as `schedule type`. `rules`: its time-outs and what follows a failure.
 *  `deadline`: until when it may be CREATING or RUNNING. `available_time`: when it may be tried again. `ends_as`: what it becomes once it is
 *  shut down, when that is not FINISHED. `late_after`: how long after it is due any instance is late, so that a rerun can count it anew. */
export const resourceRules = `
alter table watermarks add column next_start timestamptz;
alter table instances add column used_by text[], add column rules jsonb, add column deadline timestamptz, add column available_time timestamptz,
  add column ends_as text, add column late_after interval;
update instances set late_after = late_time - due_time where late_time is not null;
`
