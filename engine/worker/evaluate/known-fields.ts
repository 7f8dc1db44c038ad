import { evaluateField, evaluateKnown, ExpressionError, type EvaluationScope, type RawValue } from '../../expression/index.ts'
import { PermanentError } from '../../errors.ts'
import { parseField } from './component-plan.ts'
import type { InstanceObject, InstanceObjects } from './instance-object.ts'
import { scopeOf } from './scope.ts'
import { Secrets } from './secrets.ts'

/** What a field comes to before anything has run. */
export interface KnownField {
  /** Its texts, references as ids; none when the field is left out. What is not known yet stands in them as it is written: `#{hostname}`. */
  readonly values: readonly string[]
  /** A secret went into it: the values may be compared, not shown. */
  readonly secret: boolean
  /** Why part of it is not known: a sentence. */
  readonly unresolved?: string
  /** Why the worker would refuse the value: a sentence. */
  readonly refused?: string
}

/** The fields of the objects of one instance, evaluated as its attempts will, as far as that can be done without running anything. */
export class KnownFields {
  readonly #objects: InstanceObjects
  readonly #lacks: (parameter: string) => boolean
  readonly #secrets: Secrets

  /** `lacks` says whether a parameter has no value although it needs one. */
  constructor(objects: InstanceObjects, lacks: (parameter: string) => boolean) {
    this.#objects = objects
    this.#lacks = lacks
    this.#secrets = new Secrets(objects.definition)
  }

  /** A field of `object`. `node` is its referrer, for preconditions and actions. */
  field(object: InstanceObject, name: string, node?: InstanceObject): KnownField {
    const missing = new Set<string>()
    const scope = this.#scope(object, node, missing)
    try {
      const { values, secret } = evaluateField(scope, name)
      if (secret) this.#secrets.add(values)
      return { values, secret, refused: this.#refusal(object, name, values) }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      return { ...asFarAsKnown(scope, name, object.field(name) ?? []), unresolved: because(missing, error) }
    }
  }

  /** The field as it may be shown: a secret is `********`. */
  shown(object: InstanceObject, name: string, node?: InstanceObject): KnownField {
    const { values, secret, unresolved, refused } = this.field(object, name, node)
    const mask = (text: string): string => this.#secrets.mask(text)
    return {
      values: values.map((text) => (secret ? '********' : mask(text))),
      secret,
      unresolved: unresolved && mask(unresolved),
      refused: refused && (secret ? `${object.componentId}.${name} is a secret that the field does not take.` : mask(refused)),
    }
  }

  /** A required parameter without a value is not an optional one: its expression stays. Nor is a field that has no value yet an empty text. */
  #scope(object: InstanceObject, node: InstanceObject | undefined, missing: Set<string>): EvaluationScope {
    const scope = scopeOf(this.#objects.definition, object, node)
    return {
      ...scope,
      lenientRuntime: false,
      isDeclaredParameter: (id) => {
        if (!this.#lacks(id)) return scope.isDeclaredParameter(id)
        missing.add(id)
        return false
      },
    }
  }

  #refusal({ componentId, declaration }: InstanceObject, name: string, values: readonly string[]): string | undefined {
    const field = declaration && Object.hasOwn(declaration.fields, name) ? declaration.fields[name] : undefined
    if (!field || field.kind === 'reference') return undefined
    try {
      parseField(componentId, name, field, values)
      return undefined
    } catch (error) {
      if (error instanceof PermanentError) return error.message
      throw error
    }
  }
}

function asFarAsKnown(scope: EvaluationScope, name: string, raw: readonly RawValue[]): Pick<KnownField, 'values' | 'secret'> {
  const known = raw.map((value) => ('ref' in value ? { text: value.ref, secret: false } : evaluateKnown(scope, value.text)))
  return { values: known.map(({ text }) => text), secret: name.startsWith('*') || known.some(({ secret }) => secret) }
}

/** The component's id says enough: each of its instances has the same cause. */
function because(missing: ReadonlySet<string>, error: ExpressionError): string {
  if (missing.size === 0) return error.message.replace(/^@(.+?)_\d{4}-\d\d-\d\dT[\d:]{8}(?=\.)/, '$1')
  return missing.size === 1
    ? `The parameter ${[...missing].join()} has no value.`
    : `The parameters ${[...missing].join(', ')} have no value.`
}
