import { mkdirSync } from 'node:fs'
import type { Environment } from '../../clients/aws-settings.ts'
import type { DataPipelines, DefinitionVersion } from '../../clients/data-pipeline.ts'
import { openDataPipelines } from '../../clients/data-pipeline/open-data-pipelines.ts'
import type { DefinitionForm } from '../../definition/pipeline-definition.ts'
import { SluiceError } from '../../errors.ts'
import type { Terminal } from '../terminal.ts'
import { baseName, readExportedFile } from './exported-files.ts'
import { chosenIds, describePipelines, type Choice, type Found } from './find-pipelines.ts'
import { importAll, type ImportJob } from './import-all.ts'
import { jsonPresenter } from './json-presenter.ts'
import { listPipelines } from './list-pipelines.ts'
import { textPresenter, type ReportLength } from './text-presenter.ts'

export interface ImportOptions {
  readonly name?: string
  readonly all?: boolean
  readonly file?: readonly string[]
  readonly output?: string
  readonly to: DefinitionForm
  readonly region?: string
  readonly endpointUrl?: string
  readonly pipelineVersion: DefinitionVersion
  readonly force?: boolean
  readonly json?: boolean
  readonly report: ReportLength
}

/** Imports the chosen pipelines or exported files, or lists the account's pipelines when nothing is chosen. Resolves to the exit code. */
export async function importAws(ids: readonly string[], options: ImportOptions, terminal: Terminal, env: Environment): Promise<number> {
  const { name, all = false, file, output, json = false } = options
  const choice: Choice = { ids, name, all }
  const chosen = ids.length > 0 || all || name !== undefined
  if (file && chosen) throw usage('--file names files and no pipelines of AWS.', 'Leave out ids, --name and --all.')
  if (output === undefined && (file || all || ids.length > 0)) throw usage('Where do the files go?', 'Say --output DIR.')
  if (output !== undefined && !file && !chosen) throw usage('Which pipelines?', 'Name their ids, or say --name PATTERN or --all.')
  if (output !== undefined) makeFolder(output)
  const write = { folder: output ?? '', to: options.to, force: options.force ?? false }
  const presenter = json ? jsonPresenter(terminal) : textPresenter(terminal, options.report)
  if (file) return importAll(file.map(fileJob), write, presenter)

  const aws = openDataPipelines({ region: options.region, endpoint: options.endpointUrl, env })
  try {
    if (output === undefined) return await listPipelines({ ...choice, all: !chosen }, aws, json, terminal)
    const jobs: ImportJob[] = []
    for await (const found of describePipelines(await chosenIds(choice, aws), aws)) jobs.push(awsJob(found, options.pipelineVersion, aws))
    return await importAll(jobs, write, presenter)
  } finally {
    aws.close()
  }
}

function fileJob(file: string): ImportJob {
  return { origin: file, name: baseName(file), load: async () => readExportedFile(file) }
}

function awsJob(found: Found, version: DefinitionVersion, aws: DataPipelines): ImportJob {
  if (!('pipeline' in found)) return { origin: found.id, name: found.id, load: () => Promise.reject(found.error) }
  const { pipeline } = found
  const { id, name, description } = pipeline
  const none =
    version === 'active'
      ? `${name} (${id}) was never activated, so it has no active definition. Its saved one: --pipeline-version latest.`
      : `${name} (${id}) has no definition: there is nothing to import.`
  return {
    origin: id,
    name,
    pipeline,
    none,
    load: async () => ({ origin: id, name, description, pipeline, definition: await aws.definition(id, version) }),
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new SluiceError(`The folder ${folder} cannot be made: ${(error as Error).message}.`, {
      exitCode: 2,
      hint: 'Name a folder of yours: --output pipelines',
      cause: error,
    })
  }
}

function usage(message: string, hint: string): SluiceError {
  return new SluiceError(message, { exitCode: 2, hint })
}
