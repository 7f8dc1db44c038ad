/** What Sluice uses of BullMQ, so that Redis and PostgreSQL look alike to the hint queue. */
export interface BullmqBackend {
  /** Throws when the server is known to be away, so that offers fail at once instead of piling up. */
  openQueue(name: string): JobQueue
  openWorker(name: string): JobWorker
  /** Closes the connections that queues and workers share; they must be closed before. */
  close(): Promise<void>
}

export interface JobQueue {
  waitUntilReady(): Promise<unknown>
  addBulk(jobs: { name: string; data: readonly string[]; opts: typeof hintJobOptions }[]): Promise<unknown>
  close(): Promise<void>
}

export interface JobWorker {
  waitUntilReady(): Promise<unknown>
  startStalledCheckTimer(): Promise<void>
  getNextJob(token: string): Promise<HeldJob | undefined>
  getBackend(): { disconnectBlocking(wait?: boolean): Promise<void> }
  close(force?: boolean): Promise<void>
}

export interface HeldJob {
  readonly data: unknown
  moveToCompleted(value: unknown, token: string, fetchNext: boolean): Promise<unknown>
  moveToWait(token: string): Promise<unknown>
}

/** A hint leaves no trace. Never a count in `removeOnComplete`: on PostgreSQL it deadlocks and marks finished jobs failed. */
export const hintJobOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 } as const

/** Options of every worker: jobs are fetched by hand, and one whose worker died is offered again. */
export const workerOptions = { autorun: false, lockDuration: 30_000, stalledInterval: 30_000 } as const
