import type { Outcome, Settlement, Task } from '../queue/task.ts'
import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { PermanentError } from '../errors.ts'
import type { Progress } from '../spec/context.ts'
import type { DataNodeHandle } from '../spec/handles.ts'
import { relativeTo } from '../clients/object-store/relative-files.ts'
import { AttemptAborted } from './attempt-aborted.ts'
import { activityContext, objectContext, preconditionContext, type AttemptSurroundings } from './attempt-context.ts'
import { AttemptLogFiles } from './attempt-log.ts'
import { checkOnce } from './check-precondition.ts'
import { ending } from './ending.ts'
import { Evaluation } from './evaluate/evaluation.ts'
import { InstanceObjects, type InstanceObject } from './evaluate/instance-object.ts'
import { Secrets } from './evaluate/secrets.ts'
import { usualRetryDelayMs, wholePeriodMs, type Fields } from './field-values.ts'
import { identityOf, instant } from './identity.ts'
import type { Lease } from './heartbeat/heartbeat.ts'
import { unlessStuck, within } from './patience.ts'
import { attemptMark } from './process/attempt-mark.ts'
import { WorkDirectory } from './work-directory.ts'
import type { WorkerParts } from './worker-parts.ts'

/** An attempt as the worker holds it. */
export interface RunningAttempt {
  readonly task: Task
  readonly lease: Lease
  readonly abort: AbortController
  /** Whether the lease is known to be lost, whatever the attempt was aborted for. */
  lost: boolean
  onProgress(progress: Progress): void
}

/** Runs one attempt and returns how it ended, ready to be settled. Never rejects: whatever goes wrong is an ending. */
export async function runAttempt(running: RunningAttempt, parts: WorkerParts): Promise<Settlement> {
  const { task } = running
  const attempt = new Attempt(running, parts)
  const outcome = await attempt.run().catch((error: unknown) => ending(error, running.abort.signal))
  await attempt.finish(outcome)
  const { retryDelayMs, progress } = attempt
  return { attemptId: task.attemptId, fence: task.fence, outcome: attempt.masked(outcome), retryDelayMs, progress }
}

class Attempt {
  readonly #running: RunningAttempt
  readonly #parts: WorkerParts
  #definition: CompiledDefinition | undefined
  #surroundings: AttemptSurroundings | undefined
  #secrets: Secrets | undefined
  #fields: Fields = {}
  #cancelTimeout = (): void => {}
  retryDelayMs = usualRetryDelayMs
  progress: Record<string, unknown> | undefined

  constructor(running: RunningAttempt, parts: WorkerParts) {
    this.#running = running
    this.#parts = parts
  }

  async run(): Promise<Outcome> {
    const { task, abort } = this.#running
    this.#definition = await this.#parts.definition(task.pipelineId, task.version)
    const objects = this.#objects(this.#definition, await this.#parts.firstActivation(task.pipelineId))
    this.#secrets = new Secrets(this.#definition)
    const surroundings = (this.#surroundings = this.#surround(this.#definition, this.#secrets))
    const base = objectContext(surroundings)
    const evaluation = new Evaluation(objects.all, this.#secrets, () => base)
    const fields = (this.#fields = evaluation.fields(objects.self, objects.node))
    this.retryDelayMs = wholePeriodMs(fields.retryDelay) ?? usualRetryDelayMs
    abort.signal.throwIfAborted()
    const work = this.#perform(objects.self, objects.node, fields, evaluation, surroundings)
    return unlessStuck(work, abort.signal, this.#parts)
  }

  /** Removes what the attempt used, and puts its logs where the definition wants them. Trouble here does not change the outcome. */
  async finish(outcome: Outcome): Promise<void> {
    this.#cancelTimeout()
    const surroundings = this.#surroundings
    if (!surroundings) return
    const { log, work, clients } = surroundings
    if (outcome.status === 'FAILED') log.warn(`${outcome.errorId}: ${outcome.errorMessage}`)
    const { pipelineLogUri } = this.#fields
    const isOver = outcome.status !== 'FALSE' && outcome.status !== 'RELEASED'
    if (isOver && typeof pipelineLogUri === 'string') {
      const uploaded = within(log.upload(clients.objects, pipelineLogUri), longestUploadMs, this.#parts.timers)
      await uploaded.catch((error: unknown) => log.warn(`The logs could not be copied to ${pipelineLogUri}: ${String(error)}`))
    }
    await work.remove().catch((error: unknown) => log.warn(`The work directory is still there: ${String(error)}`))
    log.close()
  }

  /** Secrets are not to be read in the list of runs either. */
  masked(outcome: Outcome): Outcome {
    const secrets = this.#secrets
    if (!secrets || outcome.status === 'FINISHED' || outcome.status === 'RELEASED') return outcome
    if (outcome.status === 'FALSE') return { ...outcome, because: secrets.mask(outcome.because) }
    if (outcome.status === 'CANCELED') return outcome
    const errorStackTrace = outcome.errorStackTrace === undefined ? undefined : secrets.mask(outcome.errorStackTrace)
    return { ...outcome, errorMessage: secrets.mask(outcome.errorMessage), errorStackTrace }
  }

  #perform(
    self: InstanceObject,
    node: InstanceObject | undefined,
    fields: Fields,
    evaluation: Evaluation,
    surroundings: AttemptSurroundings,
  ): Promise<Outcome> {
    const { declaration } = self
    const base = objectContext(surroundings)
    if (declaration?.family === 'activity') {
      this.#startTimeout(wholePeriodMs(fields.attemptTimeout))
      const nodes = { inputs: dataNodes(fields.input), outputs: dataNodes(fields.output) }
      // The declaration parsed these very fields: `never` only says that the compiler cannot know which type this is.
      return declaration.run(fields as never, activityContext(base, surroundings, nodes)).then(() => ({ status: 'FINISHED' }))
    }
    if (declaration?.family === 'precondition') {
      if (!node) throw new PermanentError('MissingReferrer', `${self.id} does not say what waits for it.`)
      const context = preconditionContext(base, surroundings, evaluation.handle(node))
      const startTimeout = (ms: number): void => this.#startTimeout(ms)
      return checkOnce({
        declaration,
        fields,
        context,
        component: self.component,
        task: this.#running.task,
        today: this.#parts.timers.today(),
        startTimeout,
      })
    }
    throw new PermanentError('NotRunnable', `${self.componentId} is of the type ${self.type}, which a worker cannot run.`)
  }

  #objects(
    definition: CompiledDefinition,
    firstActivation: Date | undefined,
  ): { all: InstanceObjects; self: InstanceObject; node?: InstanceObject } {
    const { task } = this.#running
    const { catalog, intervalsFor, hostname } = this.#parts
    const all = new InstanceObjects(definition, catalog, intervalsFor(definition, firstActivation), task)
    const interval = { start: instant(task.scheduledStartTime), end: instant(task.scheduledEndTime) }
    const actualStart = { instant: instant(task.actualStartTime), zone: 'UTC' }
    const runtime = { '@actualStartTime': actualStart, '@status': 'RUNNING', attemptStatus: 'RUNNING', hostname }
    const self = all.get(task.componentId, interval, task.instanceKey, runtime)
    if (!self)
      throw new PermanentError('UnknownComponent', `Version ${task.version} of the definition has no object "${task.componentId}".`)
    const node = task.referrer && all.get(task.referrer.componentId, interval)
    return { all, self, node }
  }

  #surround(definition: CompiledDefinition, secrets: Secrets): AttemptSurroundings {
    const { task, lease, abort } = this.#running
    const { directories, clients, fences, environment, killGraceMs, timers, children } = this.#parts
    const { directory } = definition
    const instance = identityOf(task, definition.name)
    return {
      task,
      instance,
      clients: directory === undefined ? clients : { ...clients, objects: relativeTo(clients.objects, directory) },
      signal: abort.signal,
      log: new AttemptLogFiles(directories.logs, instance, (text) => secrets.mask(text)),
      work: new WorkDirectory(directories.work, attemptMark(instance.attemptKey)),
      environment,
      definitionDirectory: definition.directory,
      killGraceMs,
      timers,
      holdsFence: () => fences.holds(task.attemptId, task.fence),
      progress: (progress) => this.#report(progress),
      child(group, mark) {
        const releases = [lease.child(group, mark), children.guard(group)]
        return () => releases.forEach((release) => release())
      },
    }
  }

  #report(progress: Progress): void {
    this.progress = { ...this.progress, ...progress }
    this.#running.lease.progress(this.progress)
    this.#running.onProgress(this.progress)
  }

  #startTimeout(ms: number | undefined): void {
    if (ms === undefined) return
    const abort = (): void =>
      this.#running.abort.abort(new AttemptAborted('timedOut', `The attempt took longer than ${ms / 1000} seconds.`))
    this.#cancelTimeout = this.#parts.timers.after(ms, abort)
  }
}

/** The slot is not free before the logs are copied. */
const longestUploadMs = 60_000

function dataNodes(value: unknown): readonly DataNodeHandle[] {
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as readonly DataNodeHandle[]
}
