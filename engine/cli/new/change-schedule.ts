import { SluiceError } from '../../errors.ts'
import type { Period } from '../../spec/period.ts'
import { dropSection, joinSections, putSection, type Section } from './sections.ts'

/** The sections of a template with another schedule, or with none, in AWS's own form of each.
 *  Throws a SluiceError when the template works on intervals, which on demand has none.
 *  @see spec/templates.md 0 */
export function changeSchedule(sections: readonly Section[], schedule: Period | 'on demand'): Section[] {
  const defaults = sections.find(({ key }) => key === 'defaults')?.text ?? ''
  if (schedule === 'on demand') {
    refuseIntervals(sections)
    const text = defaults.replace(/^ {2}schedule:.*\n/m, '').replace(scheduleType, '  scheduleType: ONDEMAND')
    return dropSection(putSection(sections, { key: 'defaults', text }, 'name'), 'schedules')
  }
  const type = /timeseries/i.test(scheduleType.exec(defaults)?.[0] ?? '') ? 'timeseries' : 'cron'
  const text = defaults.replace(/^ {2}schedule:.*\n/m, '').replace(scheduleType, `  scheduleType: ${type}\n  schedule: DefaultSchedule`)
  return putSection(putSection(sections, { key: 'defaults', text }, 'name'), schedulesSection(schedule), 'defaults')
}

const scheduleType = /^ {2}scheduleType:.*/m

function schedulesSection({ count, unit }: Period): Section {
  const period = `${count} ${unit}${count === 1 ? '' : 's'}`
  const lines = [`name: Every ${period}`, `period: ${period}`, 'startAt: FIRST_ACTIVATION_DATE_TIME']
  return { key: 'schedules', text: `\nschedules:\n  DefaultSchedule:\n${lines.map((line) => `    ${line}\n`).join('')}` }
}

function refuseIntervals(sections: readonly Section[]): void {
  if (!joinSections(dropSection(sections, 'tests')).includes('@scheduledEndTime')) return
  throw new SluiceError('This template works on what happened within an interval, and a run on demand has none.', {
    exitCode: 2,
    hint: 'Leave --on-demand out, or take the template that copies all.',
  })
}
