import { LostLease, PermanentError } from '../errors.ts'
import type { Outcome } from '../queue/task.ts'
import { AttemptAborted } from './attempt-aborted.ts'

/** How an attempt ended whose work rejected with `error`. What aborted `signal` counts before what the work made of it. */
export function ending(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted && signal.reason instanceof AttemptAborted) return endingOfAbort(signal.reason)
  if (error instanceof LostLease) return failed('LostLease', error, true)
  if (error instanceof PermanentError) return failed(error.errorId, error, false)
  return failed(errorIdOf(error), error, true)
}

/** A failed outcome without an error behind it. */
export function failure(errorId: string, errorMessage: string, retry: boolean): Outcome {
  return { status: 'FAILED', errorId, errorMessage, retry }
}

function endingOfAbort(reason: AttemptAborted): Outcome {
  switch (reason.why) {
    case 'canceled':
      return { status: 'CANCELED', reason: reason.message }
    case 'stopping': // a shutdown is not the task's fault: it costs no try
      return { status: 'RELEASED' }
    case 'timedOut':
      return failure('AttemptTimeout', reason.message, true)
    case 'lost': // costs a try, so that a task that blocks its worker does not go round for ever
      return failure('LostLease', reason.message, true)
  }
}

/** Messages and stacks travel in the settlement and stand in lists: a script's whole output has its log for that. */
const longestMessage = 10_000

function failed(errorId: string, error: unknown, retry: boolean): Outcome {
  const message = error instanceof Error ? error.message : String(error)
  const stack = error instanceof Error ? error.stack?.slice(0, longestMessage) : undefined
  return { status: 'FAILED', errorId, errorMessage: message.slice(0, longestMessage), errorStackTrace: stack, retry }
}

function errorIdOf(error: unknown): string {
  if (!(error instanceof Error)) return 'ActivityFailed'
  if ('errorId' in error && typeof error.errorId === 'string') return error.errorId
  return error.name === 'Error' ? 'ActivityFailed' : error.name
}
