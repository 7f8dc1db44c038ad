import type { Clients } from '../clients/clients.ts'
import type { CompiledDefinition, Component } from '../definition/pipeline-definition.ts'
import type { Catalog } from '../spec/catalog.ts'
import type { ActionContext, ActionDeclaration } from '../spec/declarations.ts'
import { cancelInstances, type DueAction } from '../store/actions.ts'
import type { Store } from '../store/open-store.ts'
import type { Scalar } from '../expression/index.ts'
import { Evaluation } from './evaluate/evaluation.ts'
import { InstanceObjects } from './evaluate/instance-object.ts'
import { Secrets } from './evaluate/secrets.ts'
import { linkedIntervalsOf } from './linked-intervals-of.ts'

export interface ActionParts {
  readonly catalog: Catalog
  readonly clients: Clients
  readonly store: Store
  readonly firstActivation: (pipelineId: string) => Promise<Date | undefined>
  readonly definitions: { get(pipelineId: string, version: number): Promise<CompiledDefinition> }
}

/** Performs every action that the event of an instance asks for; `node` in its fields is that instance, as it ended.
 *  Rejects when one fails: all are tried again, and a receiver tells repeats by the event's id.
 *  @see spec/behaviour.md 8 */
export function actionPerformer(parts: ActionParts): (due: DueAction) => Promise<void> {
  return async (due) => {
    const definition = await parts.definitions.get(due.pipelineId, due.version)
    const component = definition.components[due.componentId]
    for (const id of component ? targets(component, due.event) : []) await performOne(parts, definition, due, id)
  }
}

function targets(component: Component, event: string): readonly string[] {
  return (component.fields[event] ?? []).flatMap((value) => ('ref' in value ? [value.ref] : []))
}

async function performOne(
  { catalog, clients, store, firstActivation }: ActionParts,
  definition: CompiledDefinition,
  due: DueAction,
  actionId: string,
): Promise<void> {
  const interval = { start: due.intervalStart, end: due.intervalEnd }
  const objects = new InstanceObjects(definition, catalog, linkedIntervalsOf(definition, await firstActivation(due.pipelineId)), due)
  const node = objects.get(due.componentId, interval, due.instanceKey, runtimeOf(due))
  const action = objects.get(actionId, interval)
  const declaration = action?.declaration
  if (!action || declaration?.family !== 'action') return
  const context = actionContext(clients, store, definition, due)
  const evaluation = new Evaluation(objects, new Secrets(definition), () => context)
  await perform(declaration, evaluation.fields(action, node), context)
}

/** The declaration parsed these very fields: `never` only says that the compiler cannot know which type this is. */
function perform(declaration: ActionDeclaration, fields: object, context: ActionContext): Promise<void> {
  return declaration.perform(fields as never, context)
}

function runtimeOf(due: DueAction): Record<string, Scalar> {
  const time = (instant: Date | null | undefined): Scalar | undefined => (instant ? { instant, zone: 'UTC' } : undefined)
  const runtime = {
    '@status': due.status,
    '@actualStartTime': time(due.actualStartTime),
    '@actualEndTime': time(due.actualEndTime),
    '@finishedTime': due.status === 'FINISHED' ? time(due.actualEndTime) : undefined,
    attemptStatus: due.status,
    errorId: due.errorId ?? undefined,
    errorMessage: due.errorMessage ?? undefined,
    hostname: due.hostname ?? undefined,
  }
  return Object.fromEntries(Object.entries(runtime).filter((entry): entry is [string, Scalar] => entry[1] !== undefined))
}

function actionContext(clients: Clients, store: Store, definition: CompiledDefinition, due: DueAction): ActionContext {
  const attemptKey = `event${due.eventId}`
  return {
    event: due.event,
    eventId: `${due.pipelineId}/${due.instanceKey}/${due.event}/${due.eventId}`,
    signal: AbortSignal.timeout(60_000),
    log: { info: () => {}, warn: () => {} }, // an action has no attempt; its outcome is an event
    instance: {
      pipelineId: due.pipelineId,
      pipelineName: definition.name,
      componentId: due.componentId,
      instanceId: due.instanceKey,
      attemptNumber: due.attemptCount,
      attemptKey,
      publishKey: attemptKey,
      scheduledStartTime: due.intervalStart,
      scheduledEndTime: due.intervalEnd,
    },
    clients,
    progress: () => {},
    checkFence: async () => {},
    async cancelNode(reason) {
      await cancelInstances(store.pool, [due.instanceId], reason)
      store.signals.emit('drained')
    },
  }
}
