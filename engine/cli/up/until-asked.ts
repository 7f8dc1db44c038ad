import { once } from 'node:events'

/** Resolves when the signal aborts; holds the process open until then. */
export async function untilAsked(asked: AbortSignal): Promise<void> {
  const hold = setInterval(() => {}, 2 ** 30)
  if (!asked.aborted) await once(asked, 'abort')
  clearInterval(hold)
}
