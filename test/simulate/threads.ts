import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { CampaignResult } from './campaign.ts'

/** Seeds that a thread runs before it asks for more. */
const chunk = 25

export interface ThreadRequest {
  readonly from: number
  readonly seeds: number
}

/** A campaign on several threads; ends early after a few failures. `progress` hears what is done so far. */
export async function simulateOnThreads(options: {
  readonly from: number
  readonly seeds: number
  readonly threads?: number
  readonly progress?: (done: CampaignResult) => void
}): Promise<CampaignResult> {
  const { from, seeds, threads = availableParallelism(), progress } = options
  const coverage = new Map<string, number>()
  const failures: CampaignResult['failures'][number][] = []
  const total = { seeds: 0, steps: 0, coverage, failures }
  let next = from
  const serve = async (): Promise<void> => {
    const worker = new Worker(new URL('simulation-thread.ts', import.meta.url))
    try {
      while (next < from + seeds && failures.length < 3) {
        const request: ThreadRequest = { from: next, seeds: Math.min(chunk, from + seeds - next) }
        next += request.seeds
        const result = await ask(worker, request)
        total.seeds += result.seeds
        total.steps += result.steps
        for (const [what, count] of result.coverage) coverage.set(what, (coverage.get(what) ?? 0) + count)
        failures.push(...result.failures)
        progress?.(total)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: threads }, serve))
  return total
}

function ask(worker: Worker, request: ThreadRequest): Promise<CampaignResult> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.postMessage(request, [])
  })
}
