import { join } from 'node:path'
import { openObjectStore } from '../../engine/clients/object-store/open-object-store.ts'
import type { ObjectStore } from '../../engine/clients/object-store.ts'
import type { Clients } from '../../engine/clients/clients.ts'
import type { CompiledDefinition, Component, StoredValue } from '../../engine/definition/pipeline-definition.ts'
import type { TaskSource } from '../../engine/queue/task-source.ts'
import type { Lane, Outcome, Settlement, SettleResult, Task } from '../../engine/queue/task.ts'
import { createCatalog } from '../../engine/spec/catalog.ts'
import type { TypeDeclaration } from '../../engine/spec/declarations.ts'
import type { LeaseKeeper } from '../../engine/worker/heartbeat/heartbeat.ts'
import { startWorker, type Worker, type WorkerOptions } from '../../engine/worker/worker.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A source that hands out what it is given and keeps what it is told. */
export class ScriptedSource implements TaskSource {
  readonly settled: Settlement[] = []
  /** How many settlements each call held, and how many tasks it asked for. */
  readonly calls: { count: number; want: number }[] = []
  readonly #waiting: Task[] = []
  readonly #takers: (() => void)[] = []
  readonly #watchers = new Set<() => void>()
  /** Tasks to give in the answer to the next settlement. */
  readonly followers: Task[] = []
  /** Awaited before a settlement is answered. */
  gate: Promise<void> = Promise.resolve()

  async start(): Promise<void> {}
  beatNow(): void {}

  async close(): Promise<void> {}

  give(...tasks: Task[]): void {
    this.#waiting.push(...tasks)
    for (const wake of this.#takers.splice(0)) wake()
  }

  async take(lane: Lane, want: number, signal: AbortSignal): Promise<readonly Task[]> {
    const mine = (task: Task): boolean => (lane === 'precondition') === (task.referrer !== undefined)
    for (;;) {
      const tasks = this.#waiting.filter(mine).slice(0, want)
      for (const task of tasks) this.#waiting.splice(this.#waiting.indexOf(task), 1)
      if (tasks.length > 0 || signal.aborted) return tasks // like a real source, it may have claimed just before the abort
      await new Promise<void>((resolve) => {
        this.#takers.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  async settle(_lane: Lane, settlements: readonly Settlement[], want: number): Promise<SettleResult> {
    this.calls.push({ count: settlements.length, want })
    await this.gate
    this.settled.push(...settlements)
    for (const look of this.#watchers) look()
    return { accepted: settlements.map(() => true), next: this.followers.splice(0, want) }
  }

  /** Resolves when `count` endings are stored. */
  endings(count: number): Promise<readonly Settlement[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.settled.length < count) return
        this.#watchers.delete(look)
        resolve(this.settled)
      }
      this.#watchers.add(look)
      look()
    })
  }
}

/** Leases that are lost or cancelled when a test says so. */
export class HandLeases implements LeaseKeeper {
  readonly #ends = new Map<string, (verdict: 'canceled' | 'lost', because: string) => void>()

  keep: LeaseKeeper['keep'] = ({ attemptId }, onEnd) => {
    this.#ends.set(attemptId, onEnd)
    return { progress() {}, child: () => () => {}, release: () => this.#ends.delete(attemptId) }
  }

  end(attemptId: string, verdict: 'canceled' | 'lost'): void {
    this.#ends.get(attemptId)?.(verdict, `${verdict} by the test`)
  }

  beatNow(): void {}

  async close(): Promise<void> {}
}

let lastAttempt = 0

/** A task for a component, of the interval of 1 January 2026. */
export function taskOf(componentId: string, changes: Partial<Task> = {}): Task {
  const id = String(++lastAttempt)
  return {
    attemptId: id,
    fence: '1',
    taskId: `task-${id}`,
    pipelineId: 'df-TEST',
    version: 1,
    instanceId: id,
    instanceKey: `@${componentId}_2026-01-01T00:00:00`,
    componentId,
    attemptNumber: 1,
    rerun: 0,
    publication: 0,
    scheduledStartTime: '2026-01-01T00:00:00',
    scheduledEndTime: '2026-01-02T00:00:00',
    actualStartTime: '2026-01-02T00:00:01',
    leaseMs: 30_000,
    ...changes,
  }
}

type FieldsInShort = Readonly<Record<string, string | readonly string[] | { readonly ref: string } | readonly { readonly ref: string }[]>>

/** A definition from `{ Load: { type: 'Thing', field: 'text' } }`. */
export function definitionOf(objects: Readonly<Record<string, FieldsInShort>>, more: Partial<CompiledDefinition> = {}): CompiledDefinition {
  const components = Object.entries(objects).map(([id, { type, ...fields }]): [string, Component] => {
    const stored = Object.entries(fields).map(([name, value]): [string, StoredValue[]] => [name, [value].flat().map(storedValue)])
    return [id, { id, name: id, type: typeof type === 'string' ? type : 'Untyped', fields: Object.fromEntries(stored) }]
  })
  return { name: 'test', components: Object.fromEntries(components), parameters: {}, secretParameters: [], onDemand: false, ...more }
}

function storedValue(value: string | { readonly ref: string }): StoredValue {
  return typeof value === 'string' ? { text: value } : value
}

export interface Harness extends AsyncDisposable {
  readonly worker: Worker
  readonly source: ScriptedSource
  readonly leases: HandLeases
  readonly clients: Clients
  readonly home: string
  /** Folder of the attempt's logs. */
  logs(task: Task): string
  /** Runs one task and says how it ended. */
  run(task: Task): Promise<Outcome>
}

/** A worker on a scripted source, with real folders, clients and processes. */
export function startHarness(
  types: readonly TypeDeclaration[],
  definition: CompiledDefinition,
  options: Partial<WorkerOptions> = {},
): Harness {
  const folder = temporaryFolder()
  const home = folder.path
  const objects = openObjectStore({ home, env: {}, baseDirectory: home })
  const clients = clientsWith(objects)
  const source = new ScriptedSource()
  const leases = new HandLeases()
  const worker = startWorker({
    source,
    leases,
    clients,
    catalog: createCatalog(types),
    definitions: { get: async () => definition },
    fences: { holds: async () => true },
    directories: { home, logs: join(home, 'logs'), work: join(home, 'work') },
    slots: { activity: 4, precondition: 2 },
    graceMs: 60_000,
    environment: { PATH: process.env.PATH },
    killGraceMs: 200,
    ...options,
  })
  return {
    worker,
    source,
    leases,
    clients,
    home,
    logs: (task) =>
      join(home, 'logs', task.pipelineId, task.componentId, task.instanceKey, `${task.instanceKey}_Attempt=${task.attemptNumber}`),
    async run(task) {
      const before = source.settled.length
      source.give(task)
      const ending = (await source.endings(before + 1))[before]
      if (!ending) throw new Error('There is no such ending.')
      return ending.outcome
    },
    async [Symbol.asyncDispose]() {
      await worker.stop({ mode: 'now' })
      await objects.close()
      folder[Symbol.dispose]()
    },
  }
}

function clientsWith(objects: ObjectStore): Clients {
  const none = (): never => {
    throw new Error('This test has no such service.')
  }
  return { objects, sql: none, embeddedDatabase: none, notifier: { publish: async () => none() }, close: async () => {} }
}
