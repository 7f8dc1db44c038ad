import { join } from 'node:path'
import { startEngine, type Engine } from '../../app.ts'
import { awsSettings } from '../../clients/aws-settings.ts'
import { formatDiagnostic } from '../../definition/diagnostic.ts'
import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'
import type { Outcome, Task } from '../../queue/task.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { statusCounts } from '../../store/instances.ts'
import { createPipeline, putDefinition } from '../../store/pipelines.ts'
import { runProgress } from '../../store/run-progress.ts'
import type { Settings } from '../../support/settings.ts'
import { logFolder, telling } from '../attempt-logs.ts'
import type { CtrlC } from '../ctrl-c.ts'
import type { ParameterValues } from '../read-options.ts'
import { readPipelineFile } from '../read-pipeline-file.ts'
import type { SideFiles } from '../side-files.ts'
import { withGroups } from '../with-groups.ts'
import { startUnlessStopped } from '../start-unless-stopped.ts'
import { stopEngine } from '../stop-engine.ts'
import type { Terminal } from '../terminal.ts'
import { instant } from '../../worker/identity.ts'
import type { TaskView } from '../view/task-view.ts'
import { jsonPresenter } from './json-presenter.ts'
import { linesPresenter } from './lines-presenter.ts'
import type { Presenter } from './presenter.ts'
import { RunState } from './run-state.ts'
import { summarise } from './summary.ts'
import { treePresenter } from './tree-presenter.ts'
import { watchRun, type HowItEnded } from './watch-run.ts'

export interface RunOptions {
  readonly settings: Settings
  readonly values: ParameterValues
  readonly at?: Date
  readonly json: boolean
  readonly sideFiles?: SideFiles
}

/** Runs one definition file to its end, as a new pipeline, and shows it. Resolves to the exit code. */
export async function runFile(file: string, options: RunOptions, terminal: Terminal, ctrlC: CtrlC): Promise<number> {
  const { settings, values, at, json, sideFiles } = options
  const startedMs = performance.now()
  const { text, compiled, diagnostics } = readPipelineFile(file, await loadCatalog(), { values, ...sideFiles })
  for (const diagnostic of diagnostics) terminal.note(formatDiagnostic(diagnostic))
  if (!compiled) return 2
  const definition = { ...compiled, dueAtOnce: true }
  const presenter = json ? jsonPresenter(terminal) : terminal.isTerminal ? treePresenter(terminal) : linesPresenter(terminal)
  const engine = await startUnlessStopped(startEngine(withGroups(settings, [definition]), presenter.tell), ctrlC)
  if (!engine) {
    terminal.note('Stopped before anything was begun.')
    return ctrlC.exitCode()
  }
  const run = new Run(engine, definition, settings, presenter, `sluice run ${file}`)
  try {
    await run.begin(text, at)
    const how = await run.watch(ctrlC.asked)
    if (how === 'STOPPED') return await run.giveBack(terminal, ctrlC)
    const code = await run.end(performance.now() - startedMs)
    await stopEngine(engine, 'release', ctrlC.asked) // what still runs is another pipeline's: it costs it no try
    return code
  } catch (error) {
    await engine.stop('release')
    throw error
  }
}

class Run {
  readonly #engine: Engine
  readonly #definition: CompiledDefinition
  readonly #settings: Settings
  readonly #presenter: Presenter
  readonly #state: RunState
  readonly #again: string
  #pipelineId = ''

  constructor(engine: Engine, definition: CompiledDefinition, settings: Settings, presenter: Presenter, again: string) {
    this.#engine = engine
    this.#definition = definition
    this.#settings = settings
    this.#presenter = presenter
    this.#again = again
    this.#state = new RunState(definition, engine.catalog, (task) => presenter.changed(task))
  }

  async begin(text: string, at: Date | undefined): Promise<void> {
    const { store, catalog, worker } = this.#engine
    const { name } = this.#definition
    const pipelineId = (this.#pipelineId = await createPipeline(store.db, name))
    this.#presenter.begin({ pipelineId, name, home: this.#settings.home })
    worker.events.on('ended', (task, outcome) => task.pipelineId === pipelineId && this.#showFailure(task, outcome))
    const version = await putDefinition(store.db, pipelineId, text, this.#definition, (type) => catalog.get(type)?.family)
    await this.#engine.activate({ pipelineId, version, definition: this.#definition, run: { at } })
  }

  watch(signal: AbortSignal): Promise<HowItEnded> {
    const looked = (): void => this.#presenter.looked(this.#state.tasks())
    return watchRun(this.#engine, this.#pipelineId, this.#state, { looked, tell: this.#presenter.tell, signal })
  }

  /** Shows the summary. 0 when everything finished, else 1. */
  async end(durationMs: number): Promise<number> {
    const { pool, db } = this.#engine.store
    const [{ actions, unplanned }, counts] = await Promise.all([
      runProgress(pool, this.#pipelineId),
      statusCounts(db, [this.#pipelineId], 10_000_000),
    ])
    const tasks = this.#state.tasks()
    const summary = summarise(tasks, {
      pipelineId: this.#pipelineId,
      definition: this.#definition,
      durationMs,
      counts: counts.get(this.#pipelineId) ?? {},
      unplanned,
      again: this.#again,
      pendingActions: actions,
      pathOf: (place) => localPath(place, this.#settings),
      logOf: (task) => this.#tailOf(task)?.file,
    })
    this.#presenter.end(tasks, summary)
    return summary.status === 'FINISHED' ? 0 : 1
  }

  /** Stops because the person asked for it, and says what is kept and how to go on. */
  async giveBack(terminal: Terminal, ctrlC: CtrlC): Promise<number> {
    this.#presenter.tell('Stopping: what runs is handed back and costs no try. Ctrl-C again stops at once.')
    await stopEngine(this.#engine, 'release', ctrlC.urged)
    const tasks = this.#state.tasks()
    const done = tasks.filter(({ status }) => status === 'FINISHED').length
    terminal.note(
      `Stopped. Pipeline ${this.#definition.name} (${this.#pipelineId}) is kept: ${done} of ${tasks.length} tasks are finished.`,
    )
    terminal.note('  go on:  sluice up')
    terminal.note(`  look:   sluice runs ${this.#pipelineId}`)
    return ctrlC.exitCode()
  }

  #showFailure(task: Task, outcome: Outcome): void {
    if (outcome.status !== 'FAILED') return
    const { componentId, instanceKey, attemptNumber: attempt } = task
    const interval = instant(task.scheduledStartTime)
    const tail = this.#tailOf({ componentId, key: instanceKey, attempt })
    this.#presenter.attemptFailed({ componentId, interval, attempt }, outcome.errorMessage, tail)
  }

  #tailOf({ componentId, key, attempt }: Pick<TaskView, 'componentId' | 'key' | 'attempt'>): ReturnType<typeof telling> {
    return telling(logFolder(this.#settings.home, { pipelineId: this.#pipelineId, componentId, instanceKey: key, attempt }))
  }
}

/** The file behind an `s3://` URI, where that is a folder of the home. */
function localPath(place: string, { home, environment }: Settings): string | undefined {
  const match = /^s3:\/\/(.+)$/.exec(place)
  return match && awsSettings(environment, 'S3') === undefined ? join(home, 's3', match[1] ?? '') : undefined
}
