import { pause } from './patience.ts'

/** What `work` comes to. Rejects when it takes longer than `ms`: a server may hang without refusing. What it comes to later is nobody's. */
export async function withDeadline<Result>(work: Promise<Result>, ms: number, service: string): Promise<Result> {
  work.catch(() => undefined) // it may fail when nobody waits any more
  const done = new AbortController()
  const late = pause(ms, done.signal).then((): never => {
    throw new Error(`${service} did not answer within ${ms / 1000} s`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}
