import type { ActivityContext, CheckResult, ObjectContext, PreconditionContext } from './context.ts'
import type { DataNodeMethods } from './data-node.ts'
import type { FieldDeclarations } from './field.ts'
import type { ConnectionSettings, FormatDialect } from './handles.ts'

/** The chapters of the AWS guide's Pipeline Object Reference. */
export type Family = 'activity' | 'datanode' | 'database' | 'dataformat' | 'precondition' | 'resource' | 'action' | 'schedule' | 'utility'

/** Families whose objects get instances. */
export const runnableFamilies: readonly Family[] = ['activity', 'datanode', 'precondition', 'resource']

/** What every declared type has. */
export interface BaseDeclaration {
  readonly type: string
  readonly family: Family
  /** One sentence that begins with a verb. */
  readonly summary: string
  /** The page whose behaviour is followed. */
  readonly source: string
  /** All fields, the family's common ones and the universal ones included. */
  readonly fields: FieldDeclarations
  readonly exactlyOneOf: readonly (readonly string[])[]
  readonly atLeastOneOf: readonly (readonly string[])[]
  readonly atMostOneOf: readonly (readonly string[])[]
  /** Fields that, when set, ask for others: `onLateAction` needs `lateAfterTimeout`. */
  readonly needs: Readonly<Record<string, readonly string[]>>
  /** A YAML flow object that validates. */
  readonly example: string
  /** Paragraphs for the reference page: what differs from AWS, what cannot be fenced. */
  readonly notes: readonly string[]
  /** What is missing before objects of the type can run: a sentence. Absent when nothing is; a definition that uses the type is refused with it. */
  readonly unsupported?: string
}

export interface ActivityDeclaration extends BaseDeclaration {
  readonly family: 'activity'
  run(fields: never, context: ActivityContext): Promise<void>
}

/** Factories receive evaluated fields and return bound methods: a method that is absent is an ability that is absent. */
export interface DataNodeDeclaration extends BaseDeclaration {
  readonly family: 'datanode'
  bind(fields: never, context: ObjectContext): DataNodeMethods
}

export interface DatabaseDeclaration extends BaseDeclaration {
  readonly family: 'database'
  connection(fields: never, context: { readonly clients: ObjectContext['clients'] }): ConnectionSettings | Promise<ConnectionSettings>
}

export interface DataFormatDeclaration extends BaseDeclaration {
  readonly family: 'dataformat'
  dialect(fields: never): FormatDialect
}

export interface PreconditionDeclaration extends BaseDeclaration {
  readonly family: 'precondition'
  /** `system`: checked by the service itself; `user`: where the guarded object's worker is. */
  readonly managedBy: 'system' | 'user'
  check(fields: never, context: PreconditionContext): Promise<CheckResult>
}

/** What a resource provider is told. */
export interface ResourceContext {
  readonly signal: AbortSignal
  readonly instanceId: string
  /** Which try to make the machine this is, from 1. */
  readonly attemptNumber: number
  readonly pipelineId: string
  /** Sluice's own folder on this machine, absolute. */
  readonly home: string
}

/** A machine that was made. The id is the provider's own. */
export interface ProvisionedResource {
  readonly resourceId: string
}

export interface ResourceDeclaration extends BaseDeclaration {
  readonly family: 'resource'
  provision(fields: never, context: ResourceContext): Promise<ProvisionedResource>
  terminate(resource: ProvisionedResource, context: ResourceContext): Promise<void>
}

/** What happened to the node that an action answers. */
export interface ActionContext extends ObjectContext {
  readonly event: 'onSuccess' | 'onFail' | 'onLateAction'
  /** Stable over repeats: a receiver can tell a second delivery. */
  readonly eventId: string
  /** Cancels the node's instance when it has not ended. */
  cancelNode(reason: string): Promise<void>
}

export interface ActionDeclaration extends BaseDeclaration {
  readonly family: 'action'
  perform(fields: never, context: ActionContext): Promise<void>
}

export interface ScheduleDeclaration extends BaseDeclaration {
  readonly family: 'schedule'
}

export interface UtilityDeclaration extends BaseDeclaration {
  readonly family: 'utility'
}

export type TypeDeclaration =
  | ActivityDeclaration
  | DataNodeDeclaration
  | DatabaseDeclaration
  | DataFormatDeclaration
  | PreconditionDeclaration
  | ResourceDeclaration
  | ActionDeclaration
  | ScheduleDeclaration
  | UtilityDeclaration
