import { didYouMean } from '../../definition/did-you-mean.ts'
import { SluiceError } from '../../errors.ts'
import { runnableFamilies, type Family } from '../../spec/declarations.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { listInstances, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import { compiledDefinition, type PipelineRecord } from '../../store/pipelines.ts'

/** The instances of one task of a pipeline, oldest interval first; not one when none was made yet. Rejects with a sentence and the nearest
 *  name when the definition has no such object. */
export async function instancesOfTask(
  { db }: Pick<Store, 'db'>,
  pipeline: PipelineRecord,
  task: string,
): Promise<readonly InstanceRecord[]> {
  const instances = await listInstances(db, { pipelineId: pipeline.id, componentId: task })
  if (instances.length > 0 || (await taskIds(db, pipeline)).includes(task)) return instances
  throw await unknownTask(db, pipeline, task)
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
