import type { Reason } from '../../store/reason.ts'
import { formatInterval } from './format-time.ts'
import { oneLine } from './render-tree.ts'
import { shownName } from './wait-words.ts'

/** What is said of an instance behind its name, so that several can follow one another: `waits for load`, which `is paused: ...`.
 *  `since` is empty, or begins with a space. Without a full stop. */
export function predicateOf(reason: Reason, since: string): string {
  const { code, detail, status, served, hostname, family } = reason
  const on = shownName(reason.object)
  const error = detail ? `: ${sentencePart(detail)}` : ''
  switch (code) {
    case 'WAITING_FOR_INTERVAL':
      return `waits for its interval, which is due at ${nextTime(reason)}`
    case 'PIPELINE_INACTIVE':
      return `is kept for later: the pipeline is ${reason.object}, and plans no intervals until it is activated again`
    case 'PAUSED':
      return on === shownName(reason.task)
        ? `is paused: this interval${dueAt(reason)} is kept until it is resumed`
        : `is kept, since ${on} is paused`
    case 'MAX_ACTIVE':
      return maxActive(reason)
    case 'DEPENDENCY':
      return `waits${since} for ${on}${otherInterval(reason)}`
    case 'DEPENDENCY_FAILED':
      return `can never run: ${on}, which it depends on, is ${detail ?? 'FAILED'}${origin(reason)}`
    case 'PRECONDITION':
      return `waits${since} until the precondition ${on} is true`
    case 'NOT_TRUE_YET':
      return `is not true${since}: ${sentencePart(detail ?? 'its check said no')}; it is looked at again at ${nextTime(reason)}`
    case 'NO_PERMISSION':
      return `cannot be looked at${since}, for lack of permission: ${sentencePart(detail ?? 'it was refused')}; it is tried again at ${nextTime(reason)}`
    case 'RETRY_DELAY':
      return `failed and is tried again at ${nextTime(reason)}${error}`
    case 'RESOURCE':
      return `waits for the resource ${on}`
    case 'RESOURCE_CREATING':
      return `is ${status === 'CREATING' ? 'being created' : 'created next'}${since}${error && ` after an error${error}`}`
    case 'RESOURCE_IDLE':
      return 'is not needed yet: it is created for the first activity that is ready on it'
    case 'POOL_FULL':
      return `waits${since} for a slot of the pool ${reason.object}, which has ${detail ?? '0'}`
    case 'NO_WORKER':
      return `is ready, but no live worker serves the group ${reason.object}: ${served.length === 0 ? 'no worker is live' : `served are ${served.join(', ')}`}`
    case 'QUEUED':
      return `is ready and waits for a free slot of a worker of the group ${reason.object}`
    case 'RUNNING':
      return `is running${hostname && family !== 'resource' ? ` on ${hostname}` : ''}${since}`
    case 'SHUTTING_DOWN':
      return `is being shut down${since}${error}`
    case 'ENDED':
      return `is ${status}${error}`
  }
}

function maxActive({ detail, object, waitsFor }: Reason): string {
  if (!waitsFor) return 'is kept, and begins at the next look'
  const active = detail === undefined ? 'older ones come first' : `${detail} runs of ${object} are active, as maxActiveInstances allows`
  return `waits for its turn: ${active}; the oldest is ${formatInterval(waitsFor.interval)}`
}

/** The interval of what is waited for, where it is not the same one. */
function otherInterval({ interval, waitsFor }: Reason): string {
  return !waitsFor || waitsFor.interval.getTime() === interval.getTime() ? '' : ` of ${formatInterval(waitsFor.interval)}`
}

/** Where a failure began, when that is not what is waited for itself. */
function origin({ object, interval, waitsFor }: Reason): string {
  if (!waitsFor || (waitsFor.task === object && waitsFor.interval.getTime() === interval.getTime())) return ''
  return `, which began with ${shownName(waitsFor.task)} ${formatInterval(waitsFor.interval)}: ${waitsFor.status}`
}

function dueAt({ since }: Reason): string {
  return since ? `, due at ${clock(since)},` : ''
}

function nextTime({ nextTime: time }: Reason): string {
  return time ? clock(time) : 'the next moment'
}

/** Date and time in UTC, to the second. */
export function clock(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** A message as part of a sentence: in one line, without the full stop at its end. */
function sentencePart(text: string): string {
  return oneLine(text).replace(/\.$/, '')
}
