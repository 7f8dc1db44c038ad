import type { Engine } from '../app.ts'
import type { CtrlC } from './ctrl-c.ts'
import { stopEngine } from './stop-engine.ts'

/** The engine once it has started; undefined when the person stopped the command meanwhile. Then nothing of it runs any more, or, when
 *  the person urged, what is still starting ends with the process. */
export async function startUnlessStopped(starting: Promise<Engine>, { asked, urged }: CtrlC): Promise<Engine | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  urged.addEventListener('abort', () => resolve(undefined), { once: true })
  const engine = await Promise.race([starting, promise]).catch((error: unknown) => {
    if (asked.aborted) return undefined // a terminal's Ctrl-C reaches the commands that the start runs as well, and so ends it
    throw error
  })
  if (!engine || !asked.aborted) return engine
  await stopEngine(engine, 'now', urged)
  return undefined
}
