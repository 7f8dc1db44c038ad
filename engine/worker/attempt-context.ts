import { createReadStream } from 'node:fs'
import { copyFile, mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clients } from '../clients/clients.ts'
import { LostLease } from '../errors.ts'
import type { Task } from '../queue/task.ts'
import type {
  ActivityContext,
  InstanceIdentity,
  ObjectContext,
  PreconditionContext,
  Progress,
  Script,
  ShellOptions,
} from '../spec/context.ts'
import type { DataNodeHandle } from '../spec/handles.ts'
import type { AttemptLogFiles } from './attempt-log.ts'
import { loadScript } from './load.ts'
import { attemptMark } from './process/attempt-mark.ts'
import { runShell } from './shell.ts'
import { createStaging } from './staging.ts'
import type { Timers } from './timers.ts'
import type { WorkDirectory } from './work-directory.ts'

/** What one attempt runs in. */
export interface AttemptSurroundings {
  readonly task: Task
  readonly instance: InstanceIdentity
  readonly clients: Clients
  readonly signal: AbortSignal
  readonly log: AttemptLogFiles
  readonly work: WorkDirectory
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly definitionDirectory?: string
  readonly killGraceMs: number
  readonly timers: Timers
  holdsFence(): Promise<boolean>
  progress(progress: Progress): void
  /** Tells the heartbeat of a process group; the answer takes it off again. */
  child(group: number, mark: string): () => void
}

/** What every bound method receives. */
export function objectContext(surroundings: AttemptSurroundings): ObjectContext {
  const { signal, log, instance, clients } = surroundings
  return {
    signal,
    log,
    instance,
    clients,
    progress: surroundings.progress,
    async checkFence() {
      signal.throwIfAborted()
      if (!(await surroundings.holdsFence()))
        throw new LostLease(`Attempt ${instance.attemptNumber} of ${instance.instanceId} was taken over or cancelled.`)
      signal.throwIfAborted()
    },
  }
}

/** What an activity receives. Directories and files come to be when they are first used. */
export function activityContext(
  base: ObjectContext,
  surroundings: AttemptSurroundings,
  nodes: { readonly inputs: readonly DataNodeHandle[]; readonly outputs: readonly DataNodeHandle[] },
): ActivityContext {
  return {
    ...base,
    get workDirectory() {
      return surroundings.work.path
    },
    staging: createStaging(nodes.inputs, nodes.outputs, () => surroundings.work.path),
    load: (script) => load(script, surroundings),
    shell: (script, options) => shell(script, options ?? {}, surroundings),
  }
}

export function preconditionContext(base: ObjectContext, surroundings: AttemptSurroundings, node: DataNodeHandle): PreconditionContext {
  return {
    ...base,
    node,
    get workDirectory() {
      return surroundings.work.path
    },
    load: (script) => load(script, surroundings),
    shell: (script, options) => shell(script, options ?? {}, surroundings),
  }
}

function load(script: { readonly inline?: string; readonly uri?: string }, surroundings: AttemptSurroundings): Promise<Script> {
  const { clients, signal, definitionDirectory, work } = surroundings
  return loadScript(script, { objects: clients.objects, signal, definitionDirectory, workDirectory: () => work.path })
}

function shell(script: Script, options: ShellOptions, surroundings: AttemptSurroundings): Promise<void> {
  const { work, environment, signal, killGraceMs, timers, log, instance } = surroundings
  const mark = attemptMark(instance.attemptKey)
  return runShell(script, options, {
    directory: work.path,
    environment,
    mark,
    signal,
    killGraceMs,
    timers,
    logFile: (name) => log.file(name),
    warn: (line) => log.warn(line),
    copyOutput: (file, to) => copyOutput(file, to, surroundings),
    started: (group) => surroundings.child(group, mark),
  })
}

/** An object store's URI, or a path of this machine; seen whole or not at all. */
async function copyOutput(file: string, to: string, { clients, signal, instance }: AttemptSurroundings): Promise<void> {
  if (/^[a-z][a-z0-9]+:/i.test(to)) {
    await clients.objects.write(to, createReadStream(file, { highWaterMark: 256 * 1024 }), { signal, attemptKey: instance.attemptKey })
    return
  }
  await mkdir(dirname(to), { recursive: true })
  await copyFile(file, `${to}.${instance.attemptKey}`)
  await rename(`${to}.${instance.attemptKey}`, to)
}
