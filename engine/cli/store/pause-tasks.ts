import { didYouMean } from '../../definition/did-you-mean.ts'
import { SluiceError } from '../../errors.ts'
import { pauseComponents, resumeComponents } from '../../store/commands.ts'
import { countHeld, listComponents, type ComponentRecord } from '../../store/components.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import type { Terminal } from '../terminal.ts'
import { findPipeline } from './find-pipeline.ts'
import { insist } from './insist.ts'
import { printPipeline } from './show-changes.ts'

export interface PauseOptions {
  readonly pipeline: string
  /** None for all. */
  readonly tasks: readonly string[]
  readonly json: boolean
}

/** Pauses tasks and tells which. Resolves to the exit code. */
export async function pauseTasks(store: Store, options: PauseOptions, terminal: Terminal): Promise<number> {
  const { pipeline, chosen } = await choose(store, options)
  if (chosen.every(({ paused }) => paused)) throw already(pipeline, options, 'paused', 'resume')
  const changed = await insist(() => pauseComponents(store, pipeline.id, idsOf(chosen)))
  if (options.json) return tell(changed, pipeline, true, terminal)
  printPipeline(pipeline, terminal)
  for (const id of changed) terminal.print(`  ${id} is paused: it gets no new runs.`)
  terminal.print(`  What runs goes on. Intervals that come are kept until: sluice resume ${[options.pipeline, ...options.tasks].join(' ')}`)
  return 0
}

/** Resumes tasks and tells which. Resolves to the exit code. */
export async function resumeTasks(store: Store, options: PauseOptions, terminal: Terminal): Promise<number> {
  const { pipeline, chosen } = await choose(store, options)
  if (!chosen.some(({ paused }) => paused)) throw already(pipeline, options, 'not paused', 'pause')
  const kept = await countHeld(store.db, pipeline.id)
  const changed = await insist(() => resumeComponents(store, pipeline.id, idsOf(chosen)))
  if (options.json) return tell(changed, pipeline, false, terminal)
  printPipeline(pipeline, terminal)
  for (const id of changed) terminal.print(`  ${id} is resumed${missed(kept.get(id) ?? 0)}.`)
  return 0
}

function missed(count: number): string {
  return count === 0 ? '' : `: ${count} missed ${count === 1 ? 'interval runs' : 'intervals run'} now, oldest first`
}

function tell(changed: readonly string[], { id: pipelineId }: PipelineRecord, paused: boolean, terminal: Terminal): number {
  for (const component of changed) terminal.print(JSON.stringify({ event: paused ? 'paused' : 'resumed', pipelineId, task: component }))
  return 0
}

async function choose(store: Store, { pipeline: word, tasks }: PauseOptions): Promise<Choice> {
  const pipeline = await findPipeline(store, word)
  const components = await listComponents(store.db, pipeline.id)
  const chosen = tasks.map((task) => components.find(({ id }) => id === task) ?? unknown(pipeline, task, components))
  return { pipeline, chosen: tasks.length > 0 ? chosen : components }
}

interface Choice {
  readonly pipeline: PipelineRecord
  readonly chosen: readonly ComponentRecord[]
}

function unknown({ name }: PipelineRecord, task: string, components: readonly ComponentRecord[]): never {
  const known = idsOf(components)
  throw new SluiceError(`The pipeline ${name} has no task "${task}".`, {
    exitCode: 2,
    hint: didYouMean(task, known) ?? `It has ${known.slice(0, 20).join(', ')}.`,
  })
}

function already({ name }: PipelineRecord, { pipeline, tasks }: PauseOptions, state: string, other: string): SluiceError {
  const what = tasks.length === 0 ? `Everything of ${name}` : `${tasks.join(', ')} of ${name}`
  return new SluiceError(`${what} is ${state} already.`, {
    exitCode: 2,
    hint: `The other way: sluice ${other} ${[pipeline, ...tasks].join(' ')}`,
  })
}

function idsOf(components: readonly ComponentRecord[]): readonly string[] {
  return components.map(({ id }) => id)
}
