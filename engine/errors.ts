/** An error whose message is meant for the person at the terminal: what is wrong and what to do next. Never printed with a stack. */
export class SluiceError extends Error {
  override readonly name: string = 'SluiceError'
  /** Process exit code: 1 the work failed, 2 the input is wrong, 3 a service cannot be reached. */
  readonly exitCode: 1 | 2 | 3
  readonly hint?: string

  constructor(message: string, options: { exitCode?: 1 | 2 | 3; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
    this.hint = options.hint
  }
}

/** An activity throws it when trying again cannot help. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError'
  /** Short name for `errorId`. */
  readonly errorId: string

  constructor(errorId: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.errorId = errorId
  }
}

/** The attempt no longer holds the newest fence: another one has taken over, or it was cancelled. Nothing may be published. */
export class LostLease extends Error {
  override readonly name = 'LostLease'
}
