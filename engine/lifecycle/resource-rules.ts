/** What a resource instance knows of the fields that say how long it may take and what follows when something fails. */
export interface ResourceRules {
  /** From asking for the machine until it is there. */
  readonly initTimeoutMs?: number
  /** From when it is there. */
  readonly terminateAfterMs?: number
  /** Between two tries to make it. */
  readonly retryDelayMs: number
  readonly onTaskFailure: 'continue' | 'terminate'
  readonly onResourceFailure: 'retrynone' | 'retryall'
}
