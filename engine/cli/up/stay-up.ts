import { startEngine } from '../../app.ts'
import { listPipelines } from '../../store/pipelines.ts'
import type { Settings } from '../../support/settings.ts'
import type { CtrlC } from '../ctrl-c.ts'
import type { ParameterValues } from '../read-options.ts'
import { withGroups } from '../with-groups.ts'
import { startUnlessStopped } from '../start-unless-stopped.ts'
import { stopEngine } from '../stop-engine.ts'
import type { Terminal } from '../terminal.ts'
import { applyFile } from './apply-file.ts'
import { placesOf } from './places.ts'
import { readFiles } from './read-files.ts'
import { sayer } from './sayer.ts'
import { showEndings } from './show-endings.ts'
import { untilAsked } from './until-asked.ts'

export interface UpOptions {
  readonly settings: Settings
  /** Of parameters, by their ids. */
  readonly values: ParameterValues
  /** Skip intervals of the files that start earlier. */
  readonly from: Date | 'now' | undefined
  /** Begin anew where an edit is not allowed. */
  readonly replace: boolean
  readonly json: boolean
}

/** Runs the engine until the person stops it and resolves to the exit code; to 2 at once when a file has an error. */
export async function stayUp(files: readonly string[], options: UpOptions, terminal: Terminal, ctrlC: CtrlC): Promise<number> {
  const { settings, from, replace, json } = options
  const definitions = await readFiles(files, options.values, terminal)
  if (!definitions) return 2
  const say = sayer(json, terminal)
  const tell = (message: string): void => say('message', { message }, [message])
  const engine = await startUnlessStopped(
    startEngine(
      withGroups(
        settings,
        definitions.map(({ compiled }) => compiled),
      ),
      tell,
    ),
    ctrlC,
  )
  if (!engine) return ctrlC.exitCode()
  try {
    showEndings(engine, settings.home, say)
    const applied = []
    for (const each of definitions) applied.push(await applyFile(engine, each, { from, replace }))
    const places = await placesOf(engine, settings)
    const scheduled = await listPipelines(engine.store.db, { state: 'SCHEDULED', limit: 1000 })
    say('up', { ...places, pid: process.pid, applied, scheduled: scheduled.length }, [
      'Sluice is up.',
      `  data      ${places.home}`,
      `  database  ${places.database}`,
      `  queue     ${places.queue}`,
      ...applied.map(({ name, pipelineId, version, change }) => `  pipeline  ${name} (${pipelineId}) version ${version}: ${change}`),
      ...applied
        .flatMap(({ newPools }) => newPools)
        .map((pool) => `  pool      ${pool} is new and has 1 slot; to change that: sluice pools set ${pool} SLOTS`),
      `  goes on with ${scheduled.length} scheduled ${scheduled.length === 1 ? 'pipeline' : 'pipelines'}; see: sluice runs`,
      `Stop with Ctrl-C, or: kill ${process.pid}`,
    ])
    await untilAsked(ctrlC.asked, engine.outdated)
    const running = engine.worker.running().length
    tell(`Stopping: ${running} running ${running === 1 ? 'task is' : 'tasks are'} handed back and cost no try. Ctrl-C again stops at once.`)
    await stopEngine(engine, 'release', ctrlC.urged)
    tell(`Stopped. Everything is kept in ${settings.databaseUrl === undefined ? settings.home : 'the database'}; go on with: sluice up`)
    return ctrlC.exitCode()
  } catch (error) {
    await stopEngine(engine, 'release', ctrlC.urged)
    throw error
  }
}
