import { SluiceError } from '../errors.ts'
import { dueWithin } from '../schedule/due-within.ts'
import { intervalAt, type Schedule } from '../schedule/schedule.ts'
import { formatDateTime } from '../spec/date-time.ts'
import type { RhythmName } from './rhythms.ts'

const dayMs = 86_400_000

/** Throws when a first activation would at once run intervals that began more than a day ago, as AWS refuses it: hardly anybody who sets a
 *  start of last year means thousands of runs now. Schedules that catch up with nothing old are left in peace.
 *  @see spec/behaviour.md 2.4 */
export function refuseLongBackfill(
  pipeline: string,
  schedules: readonly { readonly name: RhythmName; readonly schedule: Schedule }[],
  now: Date,
): void {
  for (const { name, schedule } of schedules) {
    const first = intervalAt(schedule, 0)
    if (!first || (schedule.catchUp ?? 'all') !== 'all' || now.getTime() - first.start.getTime() <= dayMs) continue
    const due = dueWithin(schedule, name.type, new Date(0), new Date(now.getTime() + 1))
    if (!due) continue
    const count = due.last - due.first + 1
    throw new SluiceError(
      `${pipeline} would run ${count} past ${count === 1 ? 'interval' : 'intervals'} of ${schedule.id} at once: it starts at ${formatDateTime(first.start)}, more than a day ago.`,
      {
        exitCode: 2,
        hint: `Say from when: --from ${formatDateTime(first.start)} runs them all, --from now only what is to come. Or give ${schedule.id} \`catchUp: latest\`. SLUICE_BACKFILL_GUARD=off asks no more.`,
      },
    )
  }
}
