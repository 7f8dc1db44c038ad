import assert from 'node:assert/strict'
import type { Claimant } from '../../engine/queue/claims.ts'
import { cancelInstances } from '../../engine/store/actions.ts'
import type { Store } from '../../engine/store/open-store.ts'
import {
  markResourceGone,
  markResourceRunning,
  takeFinishedResources,
  takeWantedResources,
  tendResources,
  type ResourceInstance,
} from '../../engine/store/resources.ts'
import type { ResourceRules } from '../../engine/lifecycle/resource-rules.ts'
import { plannedGraph, statuses } from './planned-graph.ts'

export const worker: Claimant = { workerId: 'w1', hostname: 'here', groups: ['default'] }
export const usualRules: ResourceRules = { retryDelayMs: 0, onTaskFailure: 'continue', onResourceFailure: 'retrynone' }

/** A machine `m` with `a` and `b` on it, `c` that waits for `a`, and `o` that has nothing to do with them. */
export class Machine {
  readonly store: Store
  readonly pipelineId: string

  private constructor(store: Store, pipelineId: string) {
    this.store = store
    this.pipelineId = pipelineId
  }

  static async planned(store: Store, rules: Partial<ResourceRules>, retries = 1): Promise<Machine> {
    const rows = [
      { component: 'm', family: 'resource' as const, retries, rules: { ...usualRules, ...rules }, fires: ['onFail', 'onSuccess'] },
      { component: 'a', resource: 0, retries },
      { component: 'b', resource: 0, retries },
      { component: 'c' },
      { component: 'o', grp: 'others' },
    ]
    return new Machine(store, await plannedGraph(store, rows, [['a', 'c']]))
  }

  /** With the machine up, and `a` and then `b` claimed as far as `claimed` says. */
  static async up(store: Store, rules: Partial<ResourceRules>, { retries = 1, claimed = 2 } = {}): Promise<Machine> {
    const machine = await Machine.planned(store, rules, retries)
    await machine.make()
    await machine.claim(claimed)
    return machine
  }

  async take(): Promise<ResourceInstance> {
    const [resource] = await takeWantedResources(this.store.pool)
    if (!resource) throw new Error('no machine is wanted')
    return resource
  }

  async make(): Promise<void> {
    const resource = await this.take()
    assert(await markResourceRunning(this.store.pool, resource, `i-${resource.attempt}`), 'it is no longer wanted')
  }

  async claim(count: number): Promise<void> {
    assert.equal((await this.store.claims.claim(worker, 'activity', count)).length, count)
  }

  /** Everything that a provisioner does with what ends, until nothing changes. */
  async pass(): Promise<void> {
    await tendResources(this.store.pool)
    for (const resource of await takeFinishedResources(this.store.pool))
      if (resource.made) await markResourceGone(this.store.pool, resource)
  }

  async fail(component: string, retryDelayMs = 0): Promise<void> {
    const { rows } = await this.sql<{ id: string; fence: string }>(
      `select a.id::text, a.fence::text from attempts a join instances i on i.id = a.instance_id where i.pipeline_id = $1 and i.component_id = $2 and a.status = 'RUNNING'`,
      component,
    )
    const outcome = { status: 'FAILED' as const, errorId: 'Broken', errorMessage: 'it broke', retry: true }
    const settlement = { attemptId: rows[0]!.id, fence: rows[0]!.fence, outcome, retryDelayMs }
    assert.deepEqual((await this.store.claims.settle(worker, 'activity', [settlement], 0)).accepted, [true])
  }

  async finish(...components: string[]): Promise<void> {
    const { rows } = await this.sql<{ id: string; fence: string }>(
      `select a.id::text, a.fence::text from attempts a join instances i on i.id = a.instance_id where i.pipeline_id = $1 and i.component_id = any($2) and a.status = 'RUNNING'`,
      components,
    )
    const outcome = { status: 'FINISHED' as const }
    const endings = rows.map(({ id, fence }) => ({ attemptId: id, fence, outcome, retryDelayMs: 0 }))
    await this.store.claims.settle(worker, 'activity', endings, 0)
  }

  async overdue(): Promise<void> {
    await this.sql(`update instances set deadline = now() where pipeline_id = $1 and component_id = $2 and deadline is not null`, 'm')
  }

  async resource(): Promise<ResourceInstance> {
    const { rows } = await this.sql<ResourceInstance>(
      `select id::text, attempt_count as attempt from instances where pipeline_id = $1 and component_id = $2`,
      'm',
    )
    return rows[0]!
  }

  async statuses(): Promise<Record<string, string>> {
    return statuses(this.store, this.pipelineId)
  }

  async idOf(component: string): Promise<string> {
    const { rows } = await this.sql<{ id: string }>(
      'select id::text from instances where pipeline_id = $1 and component_id = $2',
      component,
    )
    return rows[0]!.id
  }

  async reasonOf(component: string): Promise<string | null> {
    const { rows } = await this.sql<{ reason: string | null }>(
      'select cancellation_reason as reason from instances where pipeline_id = $1 and component_id = $2',
      component,
    )
    return rows[0]!.reason
  }

  async attempts(component: string): Promise<string[]> {
    const { rows } = await this.sql<{ text: string }>(
      `select concat_ws(' ', a.status, a.held) as text from attempts a join instances i on i.id = a.instance_id
        where i.pipeline_id = $1 and i.component_id = $2 order by a.number`,
      component,
    )
    return rows.map(({ text }) => text)
  }

  async events(): Promise<string[]> {
    const { rows } = await this.sql<{ event: string }>(
      `select o.event from outbox o join instances i on i.id = o.instance_id where i.pipeline_id = $1 and i.component_id = $2 and o.kind = 'action' order by o.id`,
      'm',
    )
    return rows.map(({ event }) => event)
  }

  /** So that the rows of a table do not claim each other’s work. */
  async leave(): Promise<void> {
    await cancelInstances(this.store.pool, await this.all(), 'the test is over')
    await this.pass()
  }

  sql<T extends object>(text: string, ...values: unknown[]) {
    return this.store.pool.query<T>(text, [this.pipelineId, ...values])
  }

  private async all(): Promise<string[]> {
    const { rows } = await this.sql<{ id: string }>('select id::text from instances where pipeline_id = $1 order by id')
    return rows.map(({ id }) => id)
  }
}
