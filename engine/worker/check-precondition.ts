import { isAccessError } from '../clients/access-error.ts'
import type { Component } from '../definition/pipeline-definition.ts'
import { LostLease, PermanentError } from '../errors.ts'
import type { Outcome, Task } from '../queue/task.ts'
import type { CheckResult, PreconditionContext } from '../spec/context.ts'
import type { PreconditionDeclaration } from '../spec/declarations.ts'
import { AttemptAborted } from './attempt-aborted.ts'
import { failure } from './ending.ts'
import { wholePeriodMs, type Fields } from './field-values.ts'

export interface PreconditionCheck {
  readonly declaration: PreconditionDeclaration
  readonly fields: Fields
  readonly context: PreconditionContext
  readonly component: Component
  readonly task: Task
  readonly today: Date
  startTimeout(ms: number): void
}

/** Looks once: FINISHED, FALSE until `retryDelay` has passed, or FAILED when it has been false for `preconditionTimeout`.
 *  An error counts as false; only a stop, a cancel and a lost lease are none of the precondition's own.
 *  @see spec/behaviour.md 4 */
export async function checkOnce(look: PreconditionCheck): Promise<Outcome> {
  const { fields, context } = look
  const leftMs = remainingMs(look)
  look.startTimeout(Math.min(longestCheckMs(fields), Math.max(leftMs, 1000)))
  const result = await answer(look)
  if (result.passed) return { status: 'FINISHED' }
  context.log.info(`Not yet: ${result.because}`)
  if (leftMs <= 0)
    return failure('PreconditionTimeout', `Still not true after ${String(waitedSeconds(look))} seconds: ${result.because}`, true)
  return { status: 'FALSE', because: result.because, kind: result.kind, delayMs: Math.min(delayMs(look), leftMs) }
}

async function answer({ declaration, fields, context }: PreconditionCheck): Promise<CheckResult> {
  try {
    return await declaration.check(fields as never, context)
  } catch (error) {
    if (tookTooLong(context.signal) && fields.attemptTimeout === undefined)
      return { passed: false, because: 'The check did not answer in time.' }
    if (context.signal.aborted || error instanceof LostLease || isMistake(error)) throw error
    const because = error instanceof Error ? error.message : String(error)
    return { passed: false, because, kind: isAccessError(error) ? 'NO_PERMISSION' : undefined }
  }
}

function tookTooLong({ reason }: AbortSignal): boolean {
  return reason instanceof AttemptAborted && reason.why === 'timedOut'
}

/** What no waiting will repair. */
function isMistake(error: unknown): boolean {
  return error instanceof PermanentError && (error.errorId === 'ExpressionError' || error.errorId === 'InvalidField')
}

/** Milliseconds until `preconditionTimeout`, counted from the first look of this attempt. */
function remainingMs(look: PreconditionCheck): number {
  const timeoutMs = wholePeriodMs(look.fields.preconditionTimeout)
  return timeoutMs === undefined ? Infinity : timeoutMs - waitedMs(look)
}

function waitedMs({ task, today }: PreconditionCheck): number {
  return task.checks ? today.getTime() - new Date(task.checks.since).getTime() : 0
}

function waitedSeconds(look: PreconditionCheck): number {
  return Math.round(waitedMs(look) / 1000)
}

/** The usual delay of other objects, ten minutes, is too long for a look. */
function delayMs({ fields, component }: PreconditionCheck): number {
  return Object.hasOwn(component.fields, 'retryDelay') ? (wholePeriodMs(fields.retryDelay) ?? 60_000) : 60_000
}

function longestCheckMs(fields: Fields): number {
  return wholePeriodMs(fields.attemptTimeout) ?? wholePeriodMs(fields.reportProgressTimeout) ?? 15 * 60_000
}
