import { randomUUID } from 'node:crypto'
import type { HeldJob, JobWorker } from './bullmq-backend.ts'
import type { Hint } from './claims.ts'
import { withDeadline } from './deadline.ts'
import type { HintListener } from './hint-queue.ts'
import type { OutageLog } from './outage.ts'
import { backoffMs, pause } from './patience.ts'
import type { Lane } from './task.ts'
import { createWaitingLine } from './waiting-line.ts'

/** The server may be away, or hang. */
const closeTimeoutMs = 1_000

/** Hands over the hints of one BullMQ queue. Jobs are fetched only while somebody waits; one that arrives after the last waiter left
 *  goes back to the queue, for a worker that has room. Errors of the connection are told once and tried again. */
export function bullmqListener(worker: JobWorker, group: string, lane: Lane, outage: OutageLog): HintListener {
  const line = createWaitingLine<Hint>()
  const returning = new Set<Promise<unknown>>()
  const closing = new AbortController()
  let fetching = false

  async function fetchWhileWaitedFor(): Promise<void> {
    if (fetching) return
    fetching = true
    for (let failures = 0; line.length > 0 && !closing.signal.aborted;) {
      const token = randomUUID()
      try {
        const job = await worker.getNextJob(token) // undefined at once the first time a queue is found empty: hence the loop
        if (job && failures > 0) outage.recovered() // without a job nothing was written, which a full server still does
        if (job) failures = 0
        if (job) giveBack(job, token, line.hand({ group, lane, attemptIds: attemptIdsOf(job) }))
      } catch (error) {
        if (closing.signal.aborted) break
        outage.failed(error)
        await pause(backoffMs(failures++, Math.random), closing.signal)
      }
    }
    fetching = false
  }

  /** Not waited for: a job that cannot be ended now is offered again by BullMQ's stalled check, and a doubled hint harms nothing. */
  function giveBack(job: HeldJob, token: string, used: boolean): void {
    const ended = used ? job.moveToCompleted(null, token, false) : job.moveToWait(token)
    const done = ended.catch(() => undefined).finally(() => returning.delete(done))
    returning.add(done)
  }

  return {
    next(signal) {
      const hint = line.wait(signal)
      void fetchWhileWaitedFor()
      return hint
    },
    async close() {
      line.close()
      closing.abort()
      await withDeadline(Promise.all(returning), closeTimeoutMs, 'the queue').catch(() => undefined)
      void worker
        .getBackend()
        .disconnectBlocking(false)
        .catch(() => undefined) // on PostgreSQL close alone leaves the wait's timer running
      await withDeadline(worker.close(true), closeTimeoutMs, 'the queue').catch(() => undefined)
    },
  }
}

/** What the job names; nothing when somebody else wrote it, so that it is only a reason to look. */
function attemptIdsOf({ data }: HeldJob): string[] {
  return Array.isArray(data) ? data.filter((id) => typeof id === 'string') : []
}
