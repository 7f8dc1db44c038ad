import { evaluateField } from '../../expression/index.ts'
import { PermanentError } from '../../errors.ts'
import type { TypeDeclaration } from '../../spec/declarations.ts'
import type { ObjectContext } from '../../spec/context.ts'
import type { ObjectHandle } from '../../spec/handles.ts'
import { parseField, planOf } from './component-plan.ts'
import { createHandle } from './handle.ts'
import type { InstanceObject, InstanceObjects } from './instance-object.ts'
import { scopeOf } from './scope.ts'
import type { Secrets } from './secrets.ts'

/** Evaluates the objects of one attempt. Each object's fields are evaluated when first asked for, and once. */
export class Evaluation {
  readonly #objects: InstanceObjects
  readonly #secrets: Secrets
  readonly #context: () => ObjectContext
  readonly #handles = new Map<InstanceObject, ObjectHandle>()
  readonly #fields = new Map<InstanceObject, Readonly<Record<string, unknown>>>()

  /** `context` is what bound methods of data nodes receive. */
  constructor(objects: InstanceObjects, secrets: Secrets, context: () => ObjectContext) {
    this.#objects = objects
    this.#secrets = secrets
    this.#context = context
  }

  /** Every declared field, parsed; references are handles. `node` is the referrer, for preconditions.
   *  Throws an `ExpressionError`, or a `PermanentError` when a value is not what the declaration asks for. */
  fields(object: InstanceObject, node?: InstanceObject): Readonly<Record<string, unknown>> {
    let fields = this.#fields.get(object)
    if (!fields) this.#fields.set(object, (fields = this.#evaluate(object, declarationOf(object), node)))
    return fields
  }

  handle(object: InstanceObject): ObjectHandle {
    let handle = this.#handles.get(object)
    if (!handle) {
      const parts = { object, fields: () => this.fields(object), context: this.#context }
      this.#handles.set(object, (handle = createHandle(parts)))
    }
    return handle
  }

  #evaluate(object: InstanceObject, declaration: TypeDeclaration, node?: InstanceObject): Readonly<Record<string, unknown>> {
    const plan = planOf(this.#objects.definition, object.component, declaration)
    const fields: Record<string, unknown> = { ...plan.constants }
    const scope = scopeOf(this.#objects.definition, object, node)
    for (const { name, field } of plan.expressions) {
      const { values, secret } = evaluateField(scope, name)
      if (secret) this.#secrets.add(values)
      fields[name] = parseField(object.componentId, name, field, values)
    }
    for (const { name, field, targets } of plan.references) {
      const handles = targets.flatMap((target) => this.#follow(object, name, target))
      if (handles.length === 0 && field.required) {
        throw new PermanentError('InvalidField', `${object.componentId}.${name} has no value, but the type needs one.`)
      }
      fields[name] = field.list ? handles : handles[0]
    }
    return fields
  }

  #follow(object: InstanceObject, field: string, target: string): ObjectHandle[] {
    const found = object.follow(target)
    if (found.length === 0 && !this.#objects.definition.components[target]) {
      throw new PermanentError('InvalidField', `${object.componentId}.${field} refers to "${target}", but no object has that id.`)
    }
    return found.map((instance) => this.handle(instance))
  }
}

function declarationOf(object: InstanceObject): TypeDeclaration {
  if (object.declaration) return object.declaration
  throw new PermanentError('UnknownType', `${object.componentId} is of the type ${object.type}, which this worker does not know.`)
}
