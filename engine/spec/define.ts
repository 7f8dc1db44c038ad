import { PermanentError } from '../errors.ts'
import { actionFields, activityFields, dataNodeFields, preconditionFields, resourceFields, universalFields } from './common-fields.ts'
import type {
  ActionContext,
  ActionDeclaration,
  ActivityDeclaration,
  BaseDeclaration,
  DatabaseDeclaration,
  DataFormatDeclaration,
  DataNodeDeclaration,
  PreconditionDeclaration,
  ProvisionedResource,
  ResourceContext,
  ResourceDeclaration,
  ScheduleDeclaration,
  UtilityDeclaration,
} from './declarations.ts'
import type { ActivityContext, CheckResult, ObjectContext, PreconditionContext } from './context.ts'
import type { DataNodeMethods } from './data-node.ts'
import type { FieldDeclarations, FieldValues } from './field.ts'
import type { Clients } from '../clients/clients.ts'
import type { ConnectionSettings, FormatDialect } from './handles.ts'

/** What an author of a type writes; the family's common fields are added. A field written here wins over the common one. */
interface Basics<F extends FieldDeclarations> {
  readonly type: string
  readonly summary: string
  readonly source: string
  readonly fields: F
  readonly exactlyOneOf?: readonly (readonly string[])[]
  readonly atLeastOneOf?: readonly (readonly string[])[]
  readonly atMostOneOf?: readonly (readonly string[])[]
  readonly needs?: Readonly<Record<string, readonly string[]>>
  readonly example: string
  readonly notes?: readonly string[]
  readonly unsupported?: string
}

/** The methods of a type. One that can only be declared yet says in `unsupported` what is missing, and may leave them out. */
type Methods<M> = M | ({ readonly unsupported: string } & Partial<M>)

/** Own fields over the family's, as `run` and its siblings receive them. */
type Received<Common extends FieldDeclarations, F extends FieldDeclarations> = FieldValues<Omit<Common, keyof F> & F>

type ActivityValues<F extends FieldDeclarations> = Received<typeof activityFields, F>

/** Declares an activity: its fields, and what one attempt does. `run` resolves when the work is done and published;
 *  a `PermanentError` fails without retry, any other error is retried. */
export function defineActivity<const F extends FieldDeclarations>(
  basics: Basics<F> & Methods<{ run(fields: ActivityValues<F>, context: ActivityContext): Promise<void> }>,
): ActivityDeclaration {
  return Object.freeze({
    ...complete('activity', activityFields, basics),
    run: basics.run ?? notYet(basics),
  } as ActivityDeclaration)
}

/** Declares a data node. `bind` returns only the methods that this object's fields make possible. */
export function defineDataNode<const F extends FieldDeclarations>(
  basics: Basics<F> & Methods<{ bind(fields: Received<typeof dataNodeFields, F>, context: ObjectContext): DataNodeMethods }>,
): DataNodeDeclaration {
  return Object.freeze({
    ...complete('datanode', dataNodeFields, basics),
    bind: basics.bind ?? notYet(basics),
  } as DataNodeDeclaration)
}

/** Declares a database: how its fields say where to connect. */
export function defineDatabase<const F extends FieldDeclarations>(
  basics: Basics<F> &
    Methods<{
      connection(
        fields: Received<typeof universalFields, F>,
        context: { readonly clients: Clients },
      ): ConnectionSettings | Promise<ConnectionSettings>
    }>,
): DatabaseDeclaration {
  return Object.freeze({
    ...complete('database', universalFields, basics),
    connection: basics.connection ?? notYet(basics),
  } as DatabaseDeclaration)
}

/** Declares a data format: how its fields say what the bytes look like. */
export function defineDataFormat<const F extends FieldDeclarations>(
  basics: Basics<F> & Methods<{ dialect(fields: Received<typeof universalFields, F>): FormatDialect }>,
): DataFormatDeclaration {
  return Object.freeze({
    ...complete('dataformat', universalFields, basics),
    dialect: basics.dialect ?? notYet(basics),
  } as DataFormatDeclaration)
}

/** Declares a precondition. `check` answers at once and is asked again after `retryDelay`; an error counts as not yet. */
export function definePrecondition<const F extends FieldDeclarations>(
  basics: Basics<F> & { managedBy: 'system' | 'user' } & Methods<{
      check(fields: Received<typeof preconditionFields, F>, context: PreconditionContext): Promise<CheckResult>
    }>,
): PreconditionDeclaration {
  const declaration = {
    ...complete('precondition', preconditionFields, basics),
    managedBy: basics.managedBy,
    check: basics.check ?? notYet(basics),
  }
  return Object.freeze(declaration as PreconditionDeclaration)
}

/** Declares a resource: a machine or cluster made for activities and taken away after them. */
export function defineResource<const F extends FieldDeclarations>(
  basics: Basics<F> &
    Methods<{
      provision(fields: Received<typeof resourceFields, F>, context: ResourceContext): Promise<ProvisionedResource>
      terminate(resource: ProvisionedResource, context: ResourceContext): Promise<void>
    }>,
): ResourceDeclaration {
  const declaration = {
    ...complete('resource', resourceFields, basics),
    provision: basics.provision ?? notYet(basics),
    terminate: basics.terminate ?? notYet(basics),
  }
  return Object.freeze(declaration as ResourceDeclaration)
}

/** Declares an action: what happens once when an object succeeds, fails or is late. */
export function defineAction<const F extends FieldDeclarations>(
  basics: Basics<F> & { perform(fields: Received<typeof actionFields, F>, context: ActionContext): Promise<void> },
): ActionDeclaration {
  return Object.freeze({
    ...complete('action', actionFields, basics),
    perform: basics.perform,
  } as ActionDeclaration)
}

/** Declares a schedule: fields only, since the engine's scheduler reads them. */
export function defineSchedule<const F extends FieldDeclarations>(basics: Basics<F>): ScheduleDeclaration {
  return Object.freeze(complete('schedule', universalFields, basics) as ScheduleDeclaration)
}

/** Declares an object that only carries fields for others. */
export function defineUtility<const F extends FieldDeclarations>(basics: Basics<F>): UtilityDeclaration {
  return Object.freeze(complete('utility', universalFields, basics) as UtilityDeclaration)
}

/** In place of a method that is left out: validation refuses the type before anybody calls it. */
function notYet({ type, unsupported }: Pick<BaseDeclaration, 'type' | 'unsupported'>): () => never {
  return () => {
    throw new PermanentError('NotSupportedYet', `${type} is not supported yet: ${unsupported}`)
  }
}

function complete(family: BaseDeclaration['family'], common: FieldDeclarations, basics: Basics<FieldDeclarations>): BaseDeclaration {
  const { type, summary, source, example, unsupported } = basics
  return {
    type,
    family,
    summary,
    source,
    example,
    unsupported,
    fields: Object.freeze({ ...common, ...basics.fields }),
    exactlyOneOf: basics.exactlyOneOf ?? [],
    atLeastOneOf: basics.atLeastOneOf ?? [],
    atMostOneOf: basics.atMostOneOf ?? [],
    needs: { onLateAction: ['lateAfterTimeout'], ...basics.needs },
    notes: basics.notes ?? [],
  }
}
