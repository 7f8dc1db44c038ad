import type { NextInterval } from '../../../scheduler/next-intervals.ts'
import { chainOf } from '../../../store/reason-chains.ts'
import type { PipelineRecord } from '../../../store/pipelines.ts'
import type { Reason } from '../../../store/reason.ts'
import { formatInterval } from '../../view/format-time.ts'
import { clock } from '../../view/reason-predicate.ts'
import { explain } from '../../view/reason-sentence.ts'

/** Why an interval has no runs yet, for people and for programs. */
export interface IntervalReason {
  readonly schedule: string
  readonly interval: Date | undefined
  readonly code: 'WAITING_FOR_INTERVAL' | 'PAUSED' | 'MAX_ACTIVE'
  /** The component that is full, else the schedule. */
  readonly object: string
  /** When it was due. */
  readonly since: Date | undefined
  /** When it will be due. */
  readonly nextTime: Date | undefined
  readonly sentence: string
  readonly command: string
}

/** What is known of a pipeline when it is asked why an interval has not begun. */
export interface PipelineWaits {
  readonly pipeline: PipelineRecord
  /** All that have not ended, by instance id. */
  readonly known: ReadonlyMap<string, Reason>
  readonly hasWorker: boolean
  readonly now: Date
}

/** Explains the next interval of a schedule: when it is due, or what keeps it when it is. */
export function explainNextInterval(next: NextInterval, waits: PipelineWaits): IntervalReason {
  const { scheduleId: schedule, start, dueTime } = next
  const which = `The next interval of ${schedule}${start ? ` (${formatInterval(start)})` : ''}`
  const at = clock(dueTime)
  const facts = { schedule, interval: start, object: schedule, since: dueTime, nextTime: undefined }
  const look = waits.hasWorker ? `sluice runs ${waits.pipeline.id}` : 'sluice up'
  switch (next.state) {
    case 'NOT_DUE':
      return {
        ...facts,
        since: undefined,
        nextTime: dueTime,
        code: 'WAITING_FOR_INTERVAL',
        sentence: `${which} is due at ${at}.`,
        command: look,
      }
    case 'PAUSED': {
      const sentence = `${which} was due at ${at}, but all its tasks are paused.`
      return { ...facts, code: 'PAUSED', sentence, command: `sluice resume ${waits.pipeline.id}` }
    }
    case 'FULL': {
      const held = whoHolds(next, waits)
      return { ...facts, ...held, sentence: `${which} was due at ${at} and waits for room: ${held.sentence}` }
    }
    case 'PLANNED_NEXT':
      return { ...facts, code: 'WAITING_FOR_INTERVAL', sentence: `${which} was due at ${at} and begins at the next look.`, command: look }
  }
}

/** The component that is full, and the oldest of its runs with what that waits for. */
function whoHolds(
  { full }: NextInterval,
  { pipeline, known, now }: PipelineWaits,
): Pick<IntervalReason, 'code' | 'object' | 'sentence' | 'command'> {
  const [first] = full
  const names = full.map(({ componentId, active, limit }) => `${componentId} has ${active} of ${limit}`).join(', ')
  const allowed = `${names} runs active, as maxActiveInstances allows`
  const oldest = [...known.values()]
    .filter(({ task, status }) => task === first?.componentId && status !== 'SCHEDULED')
    .toSorted((a, b) => a.interval.getTime() - b.interval.getTime())[0]
  const object = first?.componentId ?? ''
  if (!oldest) return { code: 'MAX_ACTIVE', object, sentence: `${allowed}.`, command: `sluice runs ${pipeline.id}` }
  const { sentence } = explain([oldest], pipeline.id, now)
  const { command } = explain(chainOf(oldest, known), pipeline.id, now)
  return { code: 'MAX_ACTIVE', object, sentence: `${allowed}. The oldest, ${formatInterval(oldest.interval)}: ${sentence}`, command }
}
