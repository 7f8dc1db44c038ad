/** Why an attempt was told to end before its time. */
export type AbortCause = 'canceled' | 'lost' | 'timedOut' | 'stopping'

/** The `reason` of an attempt's signal. */
export class AttemptAborted extends Error {
  override readonly name = 'AttemptAborted'
  readonly why: AbortCause
  /** Children are killed at once, without a SIGTERM before. */
  readonly abrupt: boolean

  constructor(why: AbortCause, message: string, options: { abrupt?: boolean } = {}) {
    super(message)
    this.why = why
    this.abrupt = options.abrupt ?? why === 'lost'
  }
}
