import { defineSchedule, fields } from '../engine/spec/index.ts'

export default defineSchedule({
  type: 'Schedule',
  summary: 'Cuts time into the intervals that objects run in.',
  source: 'AWS Data Pipeline Developer Guide, "Schedule"',
  fields: {
    period: fields
      .period('Length of an interval, such as `1 day`; counted in UTC from the start, in calendar months where it says so.')
      .orWord('ONDEMAND_PERIOD')
      .optional()
      .note('AWS bounds it to 15 minutes and 3 years; here it may be as short as a second.')
      .note('`ONDEMAND_PERIOD` marks the schedule of an on-demand pipeline: its timing is ignored.'),
    startAt: fields
      .enumeration('Start at the first activation instead of a date.', ['FIRST_ACTIVATION_DATE_TIME', 'ONDEMAND_ACTIVATION_TIME'])
      .optional(),
    startDateTime: fields.dateTime('Start of the first interval, UTC; in the past it means a backfill.').optional(),
    endDateTime: fields.dateTime('No interval ends after it, UTC.').optional(),
    occurrences: fields.integer('How many intervals there are.').optional(),
    maxActiveInstances: fields.integer('How many instances of each component may be active at once.').atLeast(1).optional(),
    cron: fields
      .string(
        'Five fields of cron, or six with seconds: intervals run from one tick to the next, the first tick being at the start or later.',
      )
      .optional()
      .beyond('Calendars that no period can say, such as working days at 6.'),
    timeZone: fields
      .string('IANA zone that `cron` is read in, such as `Europe/Berlin`; UTC when absent.')
      .optional()
      .beyond('Runs that keep their local hour when the clocks change.'),
    catchUp: fields
      .enumeration(
        'Which intervals run that were missed while nothing planned them: `all`, oldest first; only the `latest`; or `none` that is more than a minute late.',
        ['all', 'latest', 'none'],
      )
      .default('all')
      .beyond('Loads that only make sense for now, such as a copy of the current state.'),
    '@firstActivationTime': fields.dateTime('When the pipeline was first activated, UTC.').asRuntime(),
  },
  exactlyOneOf: [
    ['period', 'cron'],
    ['startAt', 'startDateTime'],
  ],
  atMostOneOf: [['endDateTime', 'occurrences']],
  needs: { timeZone: ['cron'] },
  example: '{ id: Nightly, type: Schedule, period: 1 day, startDateTime: "2026-01-01T02:00:00" }',
})
