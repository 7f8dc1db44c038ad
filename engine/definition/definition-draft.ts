import type { DiagnosticCode } from './codes/index.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Parameter, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { mistake } from './problem.ts'
import type { SourceRange } from './source-range.ts'

/** A definition while it is read. Of two objects of one id the first is kept and the second is a diagnostic with both places. */
export class DefinitionDraft {
  readonly diagnostics: Diagnostic[] = []
  name?: string
  description?: string
  private readonly objects = new Map<string, PipelineObject>()
  private readonly parameters = new Map<string, Parameter>()
  private readonly values = new Map<string, readonly string[]>()
  private readonly secretValues = new Set<string>()
  private readonly looks = new Map<string, PipelineObject>()

  constructor(file: string) {
    this.name = fileName(file)
  }

  addObject(object: PipelineObject): void {
    const first = this.objects.get(object.id)
    const twin = this.looks.get(look(object.id))
    if (first)
      this.report('DUPLICATE_ID', object.range, `Two objects have the id "${object.id}": the other stands at ${place(first.range)}.`)
    else if (twin) this.report('LOOKALIKE_ID', object.range, `The id "${object.id}" looks the same as the one at ${place(twin.range)}.`)
    else {
      this.objects.set(object.id, object)
      this.looks.set(look(object.id), object)
    }
  }

  addParameter(parameter: Parameter): void {
    const first = this.parameters.get(parameter.id)
    if (!first) this.parameters.set(parameter.id, parameter)
    else {
      const message = `The parameter "${parameter.id}" is declared twice: the other stands at ${place(first.range)}.`
      this.report('DUPLICATE_PARAMETER', parameter.range, message)
    }
  }

  /** `name` with or without the star of a secret. */
  addValue(name: string, values: readonly string[]): void {
    const { id, secret } = bareName(name)
    this.values.set(id, values)
    if (secret) this.secretValues.add(id)
  }

  finish(): PipelineDefinition {
    const { name, description, objects, parameters, values, secretValues } = this
    return { name, description, objects, parameters, values, secretValues }
  }

  private report(code: DiagnosticCode, range: SourceRange | undefined, message: string): void {
    this.diagnostics.push(mistake(code, range, message, 'Rename or remove one of the two.'))
  }
}

/** The name of a parameter or value without the star that makes it secret. */
export function bareName(name: string): { id: string; secret: boolean } {
  const secret = name.startsWith('*')
  return { id: secret ? name.slice(1) : name, secret }
}

function fileName(file: string): string | undefined {
  const base = file.split(/[\\/]/).at(-1) ?? ''
  return base.replace(/\.(ya?ml|json|txt)$/i, '') || undefined
}

function place(range: SourceRange | undefined): string {
  return range ? `${range.file}:${range.line}:${range.column}` : 'an unknown place'
}

/** What the eye sees of an id: composed in whichever way, without characters that have no width. Letter case does count. */
function look(id: string): string {
  return id.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
}
