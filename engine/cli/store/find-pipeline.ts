import { didYouMean } from '../../definition/did-you-mean.ts'
import { SluiceError } from '../../errors.ts'
import type { Store } from '../../store/open-store.ts'
import { deletedPipeline, listPipelines, type PipelineRecord } from '../../store/pipelines.ts'

/** The pipeline that a person means: by id, by the beginning of an id that only one has, or by name (then the newest of that name).
 *  Without a word the newest of all. Rejects with a sentence and the nearest name. */
export async function findPipeline({ db }: Pick<Store, 'db'>, word: string | undefined): Promise<PipelineRecord> {
  const found = word === undefined ? await newest(db) : await lookUp(db, word)
  if (found) return found
  if (word === undefined)
    throw new SluiceError('Nothing has run yet.', { exitCode: 2, hint: 'Begin with: sluice run pipelines/examples/flights.yaml' })
  throw await unknownPipeline(db, word)
}

/** The same, but undefined when nothing has that id or name. */
export async function lookUp(db: Store['db'], word: string): Promise<PipelineRecord | undefined> {
  const [exact] = await listPipelines(db, { id: word, limit: 1 })
  if (exact) return exact
  const [named] = await listPipelines(db, { name: word, limit: 1 })
  if (named) return named
  if (word.length < 2) return undefined
  const begun = await listPipelines(db, { idPrefix: word, limit: 5 })
  if (begun.length > 1) {
    const some = begun.map(({ id, name }) => `${id} (${name})`).join(', ')
    throw new SluiceError(`"${word}" is the beginning of more than one id: ${some}.`, { exitCode: 2, hint: 'Give more of the id.' })
  }
  return begun[0]
}

async function newest(db: Store['db']): Promise<PipelineRecord | undefined> {
  return (await listPipelines(db, { limit: 1 }))[0]
}

export async function unknownPipeline(db: Store['db'], word: string): Promise<SluiceError> {
  const deleted = await deletedPipeline(db, word)
  if (deleted)
    return new SluiceError(
      `The pipeline ${word} (${deleted.name}) was deleted at ${deleted.time.toISOString().slice(0, 19).replace('T', ' ')} UTC.`,
      {
        exitCode: 2,
        hint: 'Run `sluice runs` for those there are.',
      },
    )
  const known = await listPipelines(db, { limit: 500 })
  const near = didYouMean(word, new Set(known.flatMap(({ id, name }) => [name, id])))
  return new SluiceError(`There is no pipeline "${word}".`, { exitCode: 2, hint: near ?? 'Run `sluice runs` for those there are.' })
}
