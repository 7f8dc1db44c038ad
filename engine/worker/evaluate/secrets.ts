import type { CompiledDefinition } from '../../definition/pipeline-definition.ts'

/** Secret values met in one attempt, kept out of what people read. */
export class Secrets {
  readonly #definition: CompiledDefinition
  readonly #values = new Set<string>()

  constructor(definition: CompiledDefinition) {
    this.#definition = definition
  }

  add(values: Iterable<string>): void {
    for (const value of values) this.#values.add(value)
  }

  /** The text with every secret replaced by `********`. Shorter ones than four characters stay, or half the text would go. */
  mask(text: string): string {
    let masked = text
    for (const secret of this.#all()) if (secret.length >= 4) masked = masked.replaceAll(secret, '********')
    return masked
  }

  *#all(): Iterable<string> {
    yield* this.#values
    yield* writtenSecrets(this.#definition)
  }
}

const known = new WeakMap<CompiledDefinition, readonly string[]>()

/** Secrets that stand in the definition itself: values of secret parameters and of starred fields. */
function writtenSecrets(definition: CompiledDefinition): readonly string[] {
  let secrets = known.get(definition)
  if (!secrets) known.set(definition, (secrets = [...findSecrets(definition)]))
  return secrets
}

function* findSecrets({ parameters, secretParameters, components }: CompiledDefinition): Generator<string> {
  for (const id of secretParameters) yield* parameters[id] ?? []
  for (const { fields } of Object.values(components)) {
    const starred = Object.entries(fields).filter(([name]) => name.startsWith('*'))
    for (const value of starred.flatMap(([, values]) => values)) if ('text' in value && !value.text.includes('#{')) yield value.text
  }
}
