import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AwsPipeline } from '../../clients/data-pipeline.ts'
import { DataPipelineError } from '../../clients/data-pipeline/data-pipeline-error.ts'
import type { DefinitionForm } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { writeOutput } from '../convert/write-output.ts'
import { fileNames } from './file-names.ts'
import { importDefinition } from './import-definition.ts'
import type { ImportSource } from './import-source.ts'
import { exitCodeOf, type Outcome } from './outcome.ts'
import type { ImportPresenter } from './presenter.ts'

/** A pipeline that is about to be imported. */
export interface ImportJob {
  readonly origin: string
  /** What its file is named after. */
  readonly name: string
  readonly pipeline?: AwsPipeline
  /** A sentence for the case that it has no objects. */
  readonly none?: string
  /** Rejects with a SluiceError. */
  load(): Promise<ImportSource>
}

export interface WritingOptions {
  readonly folder: string
  readonly to: DefinitionForm
  readonly force: boolean
}

/** Imports one after the other, AWS allowing few calls a second. A failure of one does not keep the others; one that every other would
 *  meet too ends the import. Resolves to the exit code. */
export async function importAll(jobs: readonly ImportJob[], options: WritingOptions, presenter: ImportPresenter): Promise<number> {
  const catalog = await loadCatalog()
  const names = fileNames(jobs, options.to)
  const outcomes: Outcome[] = []
  for (const [at, job] of jobs.entries()) {
    const outcome = await importOne(job, join(options.folder, names[at] ?? ''), options, catalog)
    outcomes.push(outcome)
    presenter.ended(outcome)
    if (outcome.kind === 'failed' && isOfAll(outcome.error)) break
  }
  presenter.summary(outcomes, jobs.length - outcomes.length)
  return exitCodeOf(outcomes)
}

async function importOne(job: ImportJob, file: string, options: WritingOptions, catalog: Catalog): Promise<Outcome> {
  const { origin, none } = job
  try {
    const source = await job.load()
    const { objects, parameters } = source.definition
    if (objects.length + parameters.length === 0) return { kind: 'empty', origin, message: none ?? `${origin} holds no objects.` }
    const { text, ...report } = importDefinition(source, { to: options.to, file }, catalog)
    const unchanged = existsSync(file) && readFileSync(file, 'utf8') === text
    if (!unchanged) writeOutput(file, text, options)
    return { kind: 'imported', source, file, unchanged, ...report }
  } catch (error) {
    if (error instanceof SluiceError) return { kind: 'failed', origin, error }
    throw error
  }
}

function isOfAll(error: SluiceError): boolean {
  return error instanceof DataPipelineError && !error.ofPipeline
}
