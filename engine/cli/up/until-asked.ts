import { once } from 'node:events'

/** Resolves when the signal aborts, and rejects when `broken` does; holds the process open until then. */
export async function untilAsked(asked: AbortSignal, broken: Promise<never>): Promise<void> {
  const hold = setInterval(() => {}, 2 ** 30)
  try {
    if (!asked.aborted) await Promise.race([once(asked, 'abort'), broken])
  } finally {
    clearInterval(hold)
  }
}
