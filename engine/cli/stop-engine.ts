import type { Engine } from '../app.ts'
import type { StopMode } from '../worker/worker.ts'

/** How long a stop may still take once the person urged it. */
const urgedMs = 2000

/** Ends the engine in the way of `mode`; when `urged` aborts, at once, leaving behind what does not end: the embedded server ends with the
 *  process, and leases end by themselves. */
export async function stopEngine(engine: Engine, mode: StopMode, urged: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const hurry = (): void => {
    engine.hurry('now')
    timer = setTimeout(resolve, urgedMs)
  }
  if (urged.aborted) hurry()
  urged.addEventListener('abort', hurry, { once: true })
  await Promise.race([engine.stop(mode), promise])
  urged.removeEventListener('abort', hurry)
  clearTimeout(timer)
}
