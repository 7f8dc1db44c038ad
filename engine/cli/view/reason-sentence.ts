import type { Reason } from '../../store/reason.ts'
import { formatDuration } from './format-duration.ts'
import { formatInterval } from './format-time.ts'
import { clock, predicateOf } from './reason-predicate.ts'
import { shownName } from './wait-words.ts'

/** Why an instance has not ended, as a sentence, and what a person can do about it. */
export interface Explanation {
  readonly sentence: string
  /** The command that unblocks it; where only time does, one that shows how far it is. */
  readonly command: string
  /** A command that shows more. */
  readonly look?: string
}

/** Explains a reason and what it leads to (`chainOf`): the command is that of the last of them, which is the root cause. */
export function explain(chain: readonly [Reason, ...Reason[]], pipelineId: string, now: Date): Explanation {
  const [first] = chain
  const last = chain.at(-1) ?? first
  return { sentence: `${subjectOf(first)} ${predicates(chain, now)}.`, ...commandsOf(last, pipelineId) }
}

function subjectOf({ family, task }: Reason): string {
  return family === 'resource' ? `The resource ${shownName(task)}` : shownName(task)
}

/** Longer chains are told from both ends. */
const mostLinks = 6

function predicates(chain: readonly Reason[], now: Date): string {
  const words = chain.map((reason, index) => predicateOf(reason, since(reason, index === 0 || index === chain.length - 1, now)))
  if (words.length <= mostLinks) return words.join(', which ')
  const [last] = chain.slice(-1)
  return `${words.slice(0, 3).join(', which ')}, and so on: ${words.length - 4} more, up to ${shownName(last?.task ?? '')}, which ${words.at(-1)}`
}

function since({ since: start }: Reason, isTold: boolean, now: Date): string {
  return start && isTold ? ` since ${clock(start)} (${formatDuration(now.getTime() - start.getTime())})` : ''
}

function commandsOf(reason: Reason, pipelineId: string): Pick<Explanation, 'command' | 'look'> {
  const sluice = (command: string, task: string, interval: Date): string =>
    `sluice ${command} ${pipelineId} ${task} --interval ${formatInterval(interval)}`
  const { code, object, task, interval, served, status, waitsFor } = reason
  const show = { command: served.length === 0 ? 'sluice up' : `sluice runs ${pipelineId}` }
  switch (code) {
    case 'PIPELINE_INACTIVE':
      return { command: `sluice activate ${pipelineId}` }
    case 'PAUSED':
      return { command: `sluice resume ${pipelineId} ${object}` }
    case 'DEPENDENCY_FAILED':
      if (!waitsFor) return show
      return { command: sluice('rerun', waitsFor.task, waitsFor.interval), look: logsOf(sluice, waitsFor) }
    case 'NOT_TRUE_YET':
    case 'NO_PERMISSION':
      return { command: sluice('finish', task, interval), look: sluice('logs', task, interval) }
    case 'RETRY_DELAY':
    case 'RUNNING':
      return reason.family === 'resource' ? show : { command: sluice('logs', task, interval) }
    case 'NO_WORKER':
      return { command: 'sluice up' }
    case 'POOL_FULL':
      return { command: `sluice pools set ${object} ${Number(reason.detail ?? 0) + 1}`, look: 'sluice pools' }
    case 'ENDED':
      // What failed because of something else runs again with that.
      if (status === 'CASCADE_FAILED') return { command: `sluice runs ${pipelineId}` }
      return { command: sluice('rerun', task, interval), look: logsOf(sluice, reason) }
    default:
      return show
  }
}

function logsOf(
  sluice: (command: string, task: string, interval: Date) => string,
  { task, interval, status }: Pick<Reason, 'task' | 'interval' | 'status'>,
): string | undefined {
  return status === 'FAILED' || status === 'TIMEDOUT' ? sluice('logs', task, interval) : undefined
}
