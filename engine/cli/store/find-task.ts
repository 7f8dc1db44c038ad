import { didYouMean } from '../../definition/did-you-mean.ts'
import { SluiceError } from '../../errors.ts'
import { runnableFamilies, type Family } from '../../spec/declarations.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import { compiledDefinition, type PipelineRecord } from '../../store/pipelines.ts'

/** A task as commands take it: `load`; of a precondition that guards several, with what it guards: `arrived/load`. */
export interface TaskRef {
  readonly componentId: string
  readonly referrerId?: string
}

export function readTask(word: string): TaskRef {
  const slash = word.indexOf('/')
  return slash < 0 ? { componentId: word } : { componentId: word.slice(0, slash), referrerId: word.slice(slash + 1) }
}

/** The instances of one task of a pipeline, oldest interval first (the newest `limit`, usually ten thousand); not one when none was made yet. Rejects with a
 *  sentence and the nearest name when the definition has no such object. */
export async function instancesOfTask(
  { db }: Pick<Store, 'db'>,
  pipeline: PipelineRecord,
  task: string,
  interval?: Date,
  limit?: number,
): Promise<readonly InstanceRecord[]> {
  const ref = readTask(task)
  const instances = await listInstances(db, { pipelineId: pipeline.id, ...ref, interval, limit })
  if (instances.length > 0) return instances
  if (!(await taskIds(db, pipeline)).includes(ref.componentId)) throw await unknownTask(db, pipeline, ref.componentId)
  if (ref.referrerId !== undefined) await refuseWrongReferrer(db, pipeline, ref.componentId, ref.referrerId)
  return []
}

async function refuseWrongReferrer(db: Store['db'], pipeline: PipelineRecord, componentId: string, referrerId: string): Promise<void> {
  const all = await listInstances(db, { pipelineId: pipeline.id, componentId })
  const guarded = [...new Set(all.map((instance) => instance.referrerId))]
  if (all.length === 0 || guarded.includes(referrerId)) return
  const what = guarded.some(Boolean)
    ? `${componentId} guards ${guarded.join(', ')}, not "${referrerId}".`
    : `${componentId} is no precondition.`
  throw new SluiceError(what, { exitCode: 2, hint: `Say ${componentId}${guarded[0] ? `/${guarded[0]}` : ''}.` })
}

async function unknownTask(db: Store['db'], pipeline: PipelineRecord, task: string): Promise<SluiceError> {
  const known = await taskIds(db, pipeline)
  const near = didYouMean(task, known) ?? (known.length > 0 ? `It has ${known.slice(0, 20).join(', ')}.` : undefined)
  return new SluiceError(`The pipeline ${pipeline.name} has no task "${task}".`, { exitCode: 2, hint: near })
}

/** Ids of the objects that a definition has runs of. */
async function taskIds(db: Store['db'], { id, activeVersion, latestVersion }: PipelineRecord): Promise<readonly string[]> {
  const version = activeVersion ?? latestVersion
  if (version === 0) return []
  const [catalog, { components }] = await Promise.all([loadCatalog(), compiledDefinition(db, id, version)])
  const familyOf = (type: string): Family => catalog.get(type)?.family ?? 'utility'
  return Object.values(components)
    .filter(({ type }) => runnableFamilies.includes(familyOf(type)) && familyOf(type) !== 'datanode')
    .map((component) => component.id)
}
