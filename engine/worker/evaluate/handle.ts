import type { ObjectContext } from '../../spec/context.ts'
import type { DataNodeMethods } from '../../spec/data-node.ts'
import type {
  ConnectionSettings,
  DatabaseHandle,
  DataFormatHandle,
  DataNodeHandle,
  FormatDialect,
  ObjectHandle,
} from '../../spec/handles.ts'
import type { InstanceObject } from './instance-object.ts'

/** What a handle is made of; its fields are evaluated when something first looks at them. */
export interface HandleParts {
  readonly object: InstanceObject
  fields(): Readonly<Record<string, unknown>>
  context(): ObjectContext
}

/** The handle of an object: a data node with its methods bound, a database, a format, or fields alone. */
export function createHandle(parts: HandleParts): ObjectHandle {
  switch (parts.object.declaration?.family) {
    case 'datanode':
      return new BoundDataNode(parts)
    case 'database':
      return new BoundDatabase(parts)
    case 'dataformat':
      return new BoundDataFormat(parts)
    default:
      return new LazyHandle(parts)
  }
}

class LazyHandle implements ObjectHandle {
  readonly id: string
  readonly type: string
  protected readonly parts: HandleParts

  constructor(parts: HandleParts) {
    this.parts = parts
    this.id = parts.object.componentId
    this.type = parts.object.type
  }

  get fields(): Readonly<Record<string, unknown>> {
    return this.parts.fields()
  }
}

/** Each method is read through: undefined means that the object cannot do it. */
class BoundDataNode extends LazyHandle implements DataNodeHandle {
  #bound: DataNodeMethods | undefined

  get exists(): DataNodeMethods['exists'] {
    return this.#methods().exists
  }

  get read(): DataNodeMethods['read'] {
    return this.#methods().read
  }

  get write(): DataNodeMethods['write'] {
    return this.#methods().write
  }

  get stage(): DataNodeMethods['stage'] {
    return this.#methods().stage
  }

  get publish(): DataNodeMethods['publish'] {
    return this.#methods().publish
  }

  get prepare(): DataNodeMethods['prepare'] {
    return this.#methods().prepare
  }

  #methods(): DataNodeMethods {
    const { declaration } = this.parts.object
    if (declaration?.family !== 'datanode') return {}
    // The declaration parsed these very fields: `never` only says that the compiler cannot know which type this is.
    return (this.#bound ??= declaration.bind(this.fields as never, this.parts.context()))
  }
}

class BoundDatabase extends LazyHandle implements DatabaseHandle {
  async connection(): Promise<ConnectionSettings> {
    const { declaration } = this.parts.object
    if (declaration?.family !== 'database') throw new Error(`${this.id} is not a database.`)
    return declaration.connection(this.fields as never, { clients: this.parts.context().clients })
  }
}

class BoundDataFormat extends LazyHandle implements DataFormatHandle {
  dialect(): FormatDialect {
    const { declaration } = this.parts.object
    if (declaration?.family !== 'dataformat') throw new Error(`${this.id} is not a data format.`)
    return declaration.dialect(this.fields as never)
  }
}
