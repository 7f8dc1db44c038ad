import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { SluiceError } from '../../errors.ts'
import { listAttempts, type InstanceRecord } from '../../store/instances.ts'
import type { Store } from '../../store/open-store.ts'
import type { PipelineRecord } from '../../store/pipelines.ts'
import { harmless, logFiles, logFolder } from '../attempt-logs.ts'
import type { Terminal } from '../terminal.ts'
import { formatInterval } from '../view/format-time.ts'
import { hasFailed } from '../view/task-view.ts'
import { findPipeline } from './find-pipeline.ts'
import { instancesOfTask } from './find-task.ts'
import { purgedNote } from './purged.ts'

export interface LogsOptions {
  readonly pipeline: string | undefined
  readonly task: string
  readonly interval?: Date
  readonly attempt?: number
  /** Names of log files; all when empty. */
  readonly files: readonly string[]
}

/** Prints log files of one attempt to the standard output; which attempt it is, to the error output. */
export async function showLogs(store: Store, home: string, options: LogsOptions, terminal: Terminal): Promise<void> {
  const pipeline = await findPipeline(store, options.pipeline)
  const asked = await instancesOfTask(store, pipeline, options.task, options.interval)
  const candidates = asked.length > 0 ? asked : await instancesOfTask(store, pipeline, options.task)
  const instance = chooseInstance(candidates, pipeline, { ...options, purged: await purgedNote(store) })
  const attempt = await chooseAttempt(store, instance, options)
  const { componentId, key: instanceKey, intervalStart, status, hostname } = instance
  terminal.note(
    `${pipeline.name} ${pipeline.id}, ${componentId} ${formatInterval(intervalStart)}, attempt ${attempt} of ${instance.attempts}: ${status}`,
  )
  const folder = logFolder(home, { pipelineId: pipeline.id, componentId, instanceKey, attempt })
  const there = logFiles(folder)
  const wanted = options.files.length > 0 ? options.files.filter((name) => there.includes(name)) : there
  if (there.length === 0) terminal.note(`It wrote no logs on this machine${hostname ? `; it ran on ${hostname}` : ''}.`)
  else if (wanted.length === 0) terminal.note(`It wrote no ${options.files.join(' and no ')}; it has ${there.join(', ')}.`)
  for (const name of wanted) {
    if (wanted.length > 1) terminal.print(`==> ${name} <==`)
    await printFile(join(folder, name), terminal)
  }
}

/** Of the interval that was asked for; else the newest that failed, else the newest that was tried. */
function chooseInstance(
  instances: readonly InstanceRecord[],
  { name }: PipelineRecord,
  { task, interval, purged }: Pick<LogsOptions, 'task' | 'interval'> & { readonly purged: string | undefined },
): InstanceRecord {
  const tried = instances.filter(({ attempts }) => attempts > 0)
  const there = tried.map(({ intervalStart }) => formatInterval(intervalStart))
  if (!interval) {
    const chosen = tried.findLast(hasFailed) ?? tried.at(-1)
    if (chosen) return chosen
    throw new SluiceError(`${task} of ${name} has not been tried yet.`, {
      exitCode: 2,
      hint: [purged, `See why: sluice why ${name} ${task}`].filter(Boolean).join(' '),
    })
  }
  const chosen = tried.find(({ intervalStart }) => intervalStart.getTime() === interval.getTime())
  if (chosen) return chosen
  const known = there.length > 0 ? `There is ${there.slice(-10).join(', ')}.` : `See why: sluice why ${name} ${task}`
  const hint = [purged, known].filter(Boolean).join(' ')
  throw new SluiceError(`${task} of ${name} has no run that was tried for the interval ${formatInterval(interval)}.`, { exitCode: 2, hint })
}

async function chooseAttempt({ db }: Store, instance: InstanceRecord, { attempt }: LogsOptions): Promise<number> {
  const numbers = (await listAttempts(db, instance.id)).map(({ number }) => number)
  if (attempt === undefined) return numbers.at(-1) ?? instance.attempts
  if (numbers.includes(attempt)) return attempt
  throw new SluiceError(`There is no attempt ${attempt}.`, { exitCode: 2, hint: `There is ${numbers.join(', ')}.` })
}

async function printFile(file: string, terminal: Terminal): Promise<void> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    terminal.print(terminal.isTerminal ? harmless(line) : line)
  }
}
