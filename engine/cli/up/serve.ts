import { startEngine, type EnginePart } from '../../app.ts'
import type { Settings } from '../../support/settings.ts'
import type { CtrlC } from '../ctrl-c.ts'
import { startUnlessStopped } from '../start-unless-stopped.ts'
import { stopEngine } from '../stop-engine.ts'
import type { Terminal } from '../terminal.ts'
import { placesOf } from './places.ts'
import { sayer } from './sayer.ts'
import { showEndings } from './show-endings.ts'
import { untilAsked } from './until-asked.ts'

export interface ServeOptions {
  readonly part: EnginePart
  readonly settings: Settings
  /** How long a stop lets running tasks go on. */
  readonly graceMs?: number
  readonly json: boolean
}

/** Runs one part of the engine until the person stops it, and resolves to the exit code. */
export async function serve({ part, settings, graceMs, json }: ServeOptions, terminal: Terminal, ctrlC: CtrlC): Promise<number> {
  const say = sayer(json, terminal)
  const tell = (message: string): void => say('message', { message }, [message])
  const engine = await startUnlessStopped(startEngine(settings, tell, { parts: [part], allGroups: false, graceMs }), ctrlC)
  if (!engine) return ctrlC.exitCode()
  try {
    const { workerGroups: groups, slots } = settings
    showEndings(engine, settings.home, say)
    const places = await placesOf(engine, settings)
    say(part, { ...places, pid: process.pid, ...(part === 'worker' ? { groups, tasks: slots.activity } : {}) }, [
      `Sluice ${part} is up.`,
      `  data      ${places.home}`,
      `  database  ${places.database}`,
      `  queue     ${places.queue}`,
      ...(part === 'worker' ? [`  groups    ${groups.join(', ')}`, `  tasks     ${slots.activity} at once`] : []),
      `Stop with Ctrl-C, or: kill ${process.pid}`,
    ])
    await untilAsked(ctrlC.asked, engine.outdated)
    const running = engine.worker.running().length
    if (running > 0) tell(`Stopping: ${running} running ${running === 1 ? 'task' : 'tasks'} may end first. Ctrl-C again stops at once.`)
    await stopEngine(engine, 'drain', ctrlC.urged)
    tell('Stopped.')
    return ctrlC.exitCode()
  } catch (error) {
    await stopEngine(engine, 'release', ctrlC.urged)
    throw error
  }
}
