import { SluiceError } from '../../errors.ts'
import { isTerminal } from '../../lifecycle/statuses.ts'
import { failedDependency, rerun, rerunSet } from '../../store/commands.ts'
import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { askLeave } from '../ask-leave.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { hasFailed } from '../view/task-view.ts'
import { runsOf, statusesOf } from './choose-runs.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { labelOf, printPipeline } from './show-changes.ts'

export interface RerunOptions {
  readonly pipeline: string
  readonly task: string
  readonly interval: Date | undefined
  readonly downstream: boolean
  readonly yes: boolean
  readonly json: boolean
}

/** Shows what would run again, asks, and runs it again. Resolves to the exit code. */
export async function rerunRuns(store: Store, options: RerunOptions, terminal: Terminal): Promise<number> {
  const pipeline = await findPipeline(store, options.pipeline)
  const target = await chooseTarget(store, pipeline, options)
  const request = { pipelineId: pipeline.id, targets: [target.id], downstream: options.downstream }
  const set = await rerunSet(store, request)
  if (!set.includes(target.id)) throw await blocked(store, pipeline, target, options)
  const runs = await listInstances(store.db, { pipelineId: pipeline.id, ids: set })
  if (!options.json) showSet(pipeline, runs, target, terminal)
  const leave = await askLeave(`Run ${runs.length === 1 ? 'it' : `these ${runs.length}`} again?`, options, terminal)
  if (leave !== true) return leave
  if (!(await insist(() => rerun(store, request, set)))) throw changedMeanwhile(pipeline, options)
  if (options.json) tellSet(pipeline, runs, target, terminal)
  else terminal.print(`  ${terminal.look.glyph('arrow')} sluice runs ${pipeline.id}`)
  return 0
}

/** The run of the interval that was asked for; else the newest that failed, else the newest that has ended. */
async function chooseTarget(
  store: Store,
  pipeline: PipelineRecord,
  { pipeline: word, task, interval }: RerunOptions,
): Promise<InstanceRecord> {
  const runs = await runsOf(store, pipeline, task, interval)
  const ended = runs.filter(({ status }) => isTerminal(status))
  const target = ended.findLast(hasFailed) ?? ended.at(-1)
  if (!target)
    throw new SluiceError(`${task} of ${pipeline.name} has not ended: it is ${statusesOf(runs)}.`, {
      exitCode: 2,
      hint: `See why: sluice why ${word} ${task}. To end it: sluice cancel ${word} ${task}`,
    })
  if (target.family === 'precondition') await refuseUnlessAwaited(store, target, word)
  return target
}

/** A precondition whose answer nobody waits for any more is looked at again together with what it guards. */
async function refuseUnlessAwaited({ db }: Store, check: InstanceRecord, word: string): Promise<void> {
  const { pipelineId, componentId, referrerId, intervalStart } = check
  const guarded = await listInstances(db, { pipelineId, componentId: referrerId, interval: intervalStart })
  if (guarded.some(({ status }) => !isTerminal(status))) return
  throw new SluiceError(`${componentId} is a precondition of ${referrerId}, which has ended: it is looked at again when that runs again.`, {
    exitCode: 2,
    hint: `sluice rerun ${word} ${referrerId} --interval ${formatInterval(intervalStart)}`,
  })
}

async function blocked(store: Store, pipeline: PipelineRecord, target: InstanceRecord, options: RerunOptions): Promise<SluiceError> {
  const failure = await failedDependency(store, target.id)
  if (!failure) return changedMeanwhile(pipeline, options)
  const { componentId, status, origin } = failure
  return new SluiceError(
    `${target.componentId} of ${pipeline.name} cannot run again for ${formatInterval(target.intervalStart)}: ${componentId}, which it depends on, is ${status}.`,
    {
      exitCode: 2,
      hint: `Run again what failed first: sluice rerun ${options.pipeline} ${origin.componentId} --interval ${formatInterval(origin.intervalStart)}`,
    },
  )
}

function changedMeanwhile({ name }: PipelineRecord, { pipeline: word, task }: RerunOptions): SluiceError {
  return new SluiceError(`What would run again with ${task} of ${name} has changed meanwhile, so nothing was done.`, {
    hint: `See what it is now: sluice why ${word} ${task}`,
  })
}

function showSet(pipeline: PipelineRecord, runs: readonly InstanceRecord[], target: InstanceRecord, terminal: Terminal): void {
  printPipeline(pipeline, terminal)
  for (const run of runs) {
    const because = run.id === target.id ? '' : ', with it'
    terminal.print(`  ${labelOf(run)}: ${run.status}, runs again${because}`)
  }
}

function tellSet({ id: pipelineId }: PipelineRecord, runs: readonly InstanceRecord[], target: InstanceRecord, terminal: Terminal): void {
  for (const { id, componentId: task, key: instance, intervalStart: interval, status: was, attempts } of runs)
    terminal.print(JSON.stringify({ event: 'rerun', pipelineId, task, instance, interval, was, attempts, asked: id === target.id }))
}
