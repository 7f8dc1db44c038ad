import { delayAction, endAction, takeActions } from '../../lifecycle/world/actions.ts'
import { claimAttempts, renewLeases, type WorldClaimant } from '../../lifecycle/world/claim.ts'
import { dueSchedules } from '../../lifecycle/world/due.ts'
import { cancelInstances } from '../../lifecycle/world/fail.ts'
import { reoffer, takeHints } from '../../lifecycle/world/hints.ts'
import { beginAllHeld, pauseComponents, resumeComponents } from '../../lifecycle/world/holds.ts'
import { markFinished } from '../../lifecycle/world/mark-finished.ts'
import {
  activate,
  deactivate,
  endSchedule,
  finishPipelines,
  pipelineOf,
  putComponents,
  type WorldActivation,
} from '../../lifecycle/world/pipelines.ts'
import { isFull, planChains, planInterval as planWorld } from '../../lifecycle/world/plan.ts'
import { ensurePools, setPool } from '../../lifecycle/world/pools.ts'
import { rerunInstances, rerunSet } from '../../lifecycle/world/rerun.ts'
import { resourceFailed, resourceGone, tendResources } from '../../lifecycle/world/resource-ends.ts'
import * as resources from '../../lifecycle/world/resources.ts'
import { settle } from '../../lifecycle/world/settle.ts'
import type {
  World,
  WorldAction,
  WorldAttempt,
  WorldHint,
  WorldInstance,
  WorldPipeline,
  WorldWatermark,
} from '../../lifecycle/world/state.ts'
import { sweep } from '../../lifecycle/world/sweep.ts'
import type { Claimant, Hint } from '../../queue/claims.ts'
import type { Lane, Task } from '../../queue/task.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { poolsOf } from '../../schedule/pools.ts'
import type { Watermark } from '../../store/activation.ts'
import type { DueAction } from '../../store/actions.ts'
import type { ResourceInstance } from '../../store/resources.ts'
import { storeSignals } from '../../store/signals.ts'
import { reachable, watermarksFor, type ActivationRequest } from '../activate-pipeline.ts'
import { planInterval } from '../interval-plan.ts'
import type { Ground } from './ground.ts'

/** A world that answers what a store is asked. `now` is the time of its clock; `stepped` is called after each step. */
export function worldGround(
  world: World,
  options: {
    readonly now: () => number
    readonly catalog: Catalog
    readonly leaseMs: number
    readonly stepped?: (operation: string) => void
  },
): Ground {
  const { now, catalog, leaseMs, stepped = () => {} } = options
  const signals = storeSignals()
  let turn = 0
  const claimantOf = ({ workerId, hostname, groups }: Claimant, lane: Lane): WorldClaimant => ({
    workerId,
    hostname,
    groups,
    lane,
    leaseMs,
  })
  const tryOf = ({ id, attempt }: ResourceInstance): resources.ResourceTry => ({ resource: world.instances[Number(id) - 1]!, attempt })
  const instanceOf = (id: string): WorldInstance => world.instances[Number(id) - 1]!
  /** One step: the answer, once the step is told. */
  const step = <T>(operation: string, answer: T): Promise<T> => {
    stepped(operation)
    return Promise.resolve(answer)
  }
  const tell = (): void => {
    for (const signal of ['outbox', 'drained', 'held'] as const) signals.emit(signal)
  }

  const activateWith = (request: ActivationRequest, pipeline: WorldPipeline): void => {
    const { pipelineId, version, definition } = request
    const time = new Date(now())
    const activation: WorldActivation = {
      version,
      watermarks: ({ firstActivation, isFirst }, before) => {
        const times = { now: time, firstActivation: new Date(firstActivation), isFirst }
        return definition.onDemand ? [] : watermarksFor(catalog, request, times, before.map(toWatermark)).map(fromWatermark)
      },
      reachable: (marks) => reachable(catalog, definition, marks.map(toWatermark)),
    }
    ensurePools(world, poolsOf(definition))
    if (!definition.onDemand) return activate(world, pipeline, activation, now())
    const firstActivation = new Date(pipeline.firstActivation ?? Math.floor(now() / 1000) * 1000)
    const instant = new Date(freeSecond(pipeline, now()))
    const plan = planInterval(definition, catalog, undefined, { start: instant, end: instant }, firstActivation)
    // Refused as a whole, as the store's transaction is taken back.
    if (isFull(pipeline, plan) && world.rules['no more than maxActiveInstances are planned'])
      throw new Refused(`Pipeline ${pipelineId} already runs as many executions at once as it may.`)
    activate(world, pipeline, activation, now())
    planWorld(world, { pipelineId, version, due: firstActivation }, plan, now())
  }

  return {
    signals,
    planning: {
      dueSchedules: () => step('look', dueSchedules(world, now())),
      storePlans: (chains) => step('plan', planChains(world, chains, now())),
      endSchedule: (due) => step('end schedule', endSchedule(world, due)),
      beginHeld: () => step('begin held', beginAllHeld(world, now())),
      // A world has no backfills yet.
      openMarks: () => Promise.resolve([]),
      endMark: () => Promise.resolve(),
      endBackfills: () => Promise.resolve(0),
      finishPipelines: () => step('finish pipelines', finishPipelines(world, now())),
    },
    sweeping: {
      sweep: () => step('sweep', sweep(world, now())),
      reoffer: () => step('reoffer', reoffer(world)),
    },
    actions: {
      take: (limit) => step('take actions', takeActions(world, limit, now()).map(toDueAction)),
      end: (action) => step('end action', endAction(world, Number(action.eventId))),
      delay: (action, delayMs) => step('delay action', delayAction(world, Number(action.eventId), delayMs, now())),
    },
    resources: {
      tend: () => step('tend', tendResources(world, now())),
      takeWanted: () => step('take wanted', resources.takeWanted(world, now()).map(toResource)),
      takeFinished: () => step('take finished', resources.takeFinished(world, now()).map(toResource)),
      keep: (kept) => step('keep resources', new Set(resources.renewResources(world, kept.map(tryOf), now()).map(({ id }) => String(id)))),
      markReleased: (resource) => step('resource released', resources.resourceReleased(world, tryOf(resource))),
      markRunning: (resource, providerId) => step('resource running', resources.resourceRunning(world, tryOf(resource), providerId, now())),
      markFailed: (resource, errorId, message) => step('resource failed', resourceFailed(world, tryOf(resource), errorId, message, now())),
      markGone: (resource) => step('resource gone', resourceGone(world, tryOf(resource), now())),
    },
    claims: {
      claim(claimant, lane, want) {
        const first = turn++ % claimant.groups.length
        const groups = first === 0 ? claimant.groups : [...claimant.groups.slice(first), ...claimant.groups.slice(0, first)]
        const claimed = claimAttempts(world, { ...claimantOf(claimant, lane), groups }, want, now())
        return step(
          'claim',
          claimed.map((attempt) => toTask(attempt, leaseMs)),
        )
      },
      settle(claimant, lane, settlements, want) {
        const given = settlements.map(({ attemptId, fence, outcome, retryDelayMs }) => ({
          attempt: Number(attemptId),
          fence: Number(fence),
          outcome,
          retryDelayMs,
        }))
        const outbox = (): number => world.hints.length + world.actions.size
        const before = outbox()
        const { accepted, claimed, hints } = settle(world, claimantOf(claimant, lane), given, want, now())
        stepped('settle')
        signals.emit(claimed.length > 0 ? 'settled' : 'drained')
        if (outbox() > before) signals.emit('outbox')
        if (settlements.some(({ outcome }) => outcome.status === 'FAILED' || outcome.status === 'FALSE')) signals.emit('held')
        return Promise.resolve({ accepted, next: claimed.map((attempt) => toTask(attempt, leaseMs)), hints: hints.map(toHint) })
      },
      takeHints: (limit) => step('take hints', takeHints(world, limit).map(toHint)),
    },
    renew: (beats) =>
      step(
        'beat',
        renewLeases(
          world,
          beats.map(({ attemptId, fence }) => ({ attempt: Number(attemptId), fence: Number(fence) })),
          leaseMs,
          now(),
        ),
      ),
    put(pipelineId, _version, definition) {
      putComponents(pipelineOf(world, pipelineId), Object.keys(definition.components))
      return step('put', undefined)
    },
    activate(request) {
      const { pipelineId } = request
      const pipeline = pipelineOf(world, pipelineId)
      try {
        activateWith(request, pipeline)
      } catch (error) {
        return Promise.reject(error)
      }
      stepped('activate')
      signals.emit('activated')
      return Promise.resolve()
    },
    pause: (pipelineId, ids) => step('pause', pauseComponents(pipelineOf(world, pipelineId), ids)),
    resume(pipelineId, ids) {
      const resumed = resumeComponents(world, pipelineOf(world, pipelineId), ids, now())
      stepped('resume')
      tell()
      return Promise.resolve(resumed)
    },
    setPool(name, slots) {
      setPool(world, name, slots)
      stepped('set pool')
      signals.emit('outbox')
      return Promise.resolve()
    },
    deactivate(pipelineId, keep) {
      const done = deactivate(world, pipelineOf(world, pipelineId), keep, now())
      stepped('deactivate')
      tell()
      return Promise.resolve(done)
    },
    cancel(ids, reason) {
      const { length } = cancelInstances(world, ids.map(instanceOf), reason, now())
      stepped('cancel')
      tell()
      return Promise.resolve(length)
    },
    finish(ids) {
      const moved = markFinished(world, ids.map(instanceOf), now())
      stepped('mark finished')
      tell()
      return Promise.resolve(moved.map(({ id }) => String(id)))
    },
    rerun(pipelineId, ids, downstream) {
      const targets = ids.map(instanceOf)
      const done = rerunInstances(world, pipelineOf(world, pipelineId), targets, downstream, rerunSet(targets, downstream), now())
      stepped('rerun')
      tell()
      return Promise.resolve(done)
    },
  }
}

function toWatermark({
  scheduleId,
  scheduleType,
  anchor,
  nextIndex,
  lastIndex,
  nextDue,
  nextStart,
  skipBefore,
}: WorldWatermark): Watermark {
  return {
    scheduleId,
    type: scheduleType,
    anchor: new Date(anchor),
    nextIndex,
    lastIndex,
    nextDue: dateOf(nextDue),
    nextStart: dateOf(nextStart),
    skipBefore: dateOf(skipBefore),
  }
}

function fromWatermark({ scheduleId, type, anchor, nextIndex, lastIndex, nextDue, nextStart, skipBefore }: Watermark): WorldWatermark {
  return {
    scheduleId,
    scheduleType: type,
    anchor: anchor.getTime(),
    nextIndex,
    lastIndex,
    nextDue: nextDue?.getTime(),
    nextStart: nextStart?.getTime(),
    skipBefore: skipBefore?.getTime(),
  }
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time)
}

/** A command that is refused, with nothing changed. */
export class Refused extends Error {}

/** Now in whole seconds, or the first later second for which the pipeline has no instance. */
function freeSecond({ instances }: WorldPipeline, now: number): number {
  const taken = new Set(instances.map(({ start }) => start))
  let second = Math.floor(now / 1000) * 1000
  while (taken.has(second)) second += 1000
  return second
}

function toTask({ id, number, fence, instance, lane, checkCount, checkSince }: WorldAttempt, leaseMs: number): Task {
  return {
    attemptId: String(id),
    fence: String(fence),
    taskId: `${id}.${fence}`,
    pipelineId: instance.pipeline.id,
    version: instance.version,
    instanceId: String(instance.id),
    instanceKey: instance.key,
    componentId: instance.component,
    referrer: instance.referrer === '' ? undefined : { componentId: instance.referrer },
    attemptNumber: number,
    rerun: instance.rerun,
    publication: instance.rerun, // nothing is published in a simulation
    scheduledStartTime: isoTime(instance.start),
    scheduledEndTime: isoTime(instance.stop),
    actualStartTime: isoTime(instance.actualStart ?? 0),
    leaseMs,
    checks: lane === 'precondition' ? { count: checkCount, since: isoTime(checkSince ?? 0) } : undefined,
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}

function toHint({ group, lane, attempts }: WorldHint): Hint {
  return { group, lane, attemptIds: attempts.map(({ id }) => String(id)) }
}

function toResource(instance: WorldInstance): ResourceInstance {
  return {
    id: String(instance.id),
    key: instance.key,
    pipelineId: instance.pipeline.id,
    version: instance.version,
    componentId: instance.component,
    attempt: instance.attemptCount,
    providerId: instance.providerId,
    made: instance.status === 'SHUTTING_DOWN',
  }
}

function toDueAction({ id, event, tries, instance }: WorldAction): DueAction {
  return {
    eventId: String(id),
    event,
    tries,
    pipelineId: instance.pipeline.id,
    version: instance.version,
    instanceId: String(instance.id),
    instanceKey: instance.key,
    componentId: instance.component,
    referrerId: instance.referrer,
    status: instance.status,
    rerun: instance.rerun,
    attemptCount: instance.attemptCount,
    intervalStart: new Date(instance.start),
    intervalEnd: new Date(instance.stop),
    actualStartTime: dateOf(instance.actualStart),
    actualEndTime: dateOf(instance.actualEnd),
    errorId: instance.errorId,
    errorMessage: instance.errorMessage,
    hostname: instance.attempts.at(-1)?.hostname,
  }
}
