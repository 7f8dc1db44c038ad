/** `publication` counts how often a person has asked for what an instance publishes: raised by each rerun, but not when a deactivated pipeline is activated
 *  again. That goes on with what was cut off, which may have been published just before: by the same key it is found. */
export const publications = `
alter table instances add column publication integer not null default 0;
update instances set publication = rerun where rerun > 0;
`
