import { ExpressionError, ExpressionFault } from './expression-error.ts'
import type { EvaluationObject, EvaluationScope } from './scope.ts'

/** What one evaluation may use up: nested texts, steps, and characters of all the texts that it reads and makes. A step is one or two
 *  microseconds of work, so that the worst of texts is refused within some fifty milliseconds. */
const evaluationLimits = { depth: 16, steps: 25_000, characters: 4_194_304 } as const

/** A text that is being evaluated: a field of an object, or a parameter's value in the context of an object. */
export interface Frame {
  readonly object: EvaluationObject
  readonly field: string
  readonly secret: boolean
  text: string
}

/** The state of one evaluation. */
export interface Evaluation {
  readonly scope: EvaluationScope
  /** Outermost first. */
  readonly frames: Frame[]
  /** Where work is going on in the text of the innermost frame. */
  offset: number
  /** Whether a secret has been read. */
  secret: boolean
  steps: number
  characters: number
}

export function beginEvaluation(scope: EvaluationScope): Evaluation {
  return { scope, frames: [], offset: 0, secret: false, steps: 0, characters: 0 }
}

/** Counts work before it is done.
 *  @throws ExpressionFault when it is too much */
export function spend(evaluation: Evaluation, steps: number, characters = 0): void {
  evaluation.steps += steps
  evaluation.characters += characters
  if (evaluation.steps > evaluationLimits.steps)
    throw new ExpressionFault(`The evaluation takes more than ${evaluationLimits.steps} steps.`)
  if (evaluation.characters > evaluationLimits.characters)
    throw new ExpressionFault(`The evaluation makes more than ${evaluationLimits.characters} characters of text.`)
}

/** Whether nothing more can be evaluated. */
export function isSpent({ steps, characters }: Evaluation): boolean {
  return steps > evaluationLimits.steps || characters > evaluationLimits.characters
}

/** What `evaluate` gives, inside a frame of its own.
 *  @throws ExpressionFault for cycles and for too many texts inside each other */
export function within<T>(evaluation: Evaluation, frame: Frame, evaluate: () => T): T {
  const { frames } = evaluation
  if (frames.some(({ object, field }) => field === frame.field && object.id === frame.object.id)) throw cycle(frames, frame)
  if (frames.length >= evaluationLimits.depth)
    throw new ExpressionFault(`Expressions lead to each other through more than ${evaluationLimits.depth} texts.`)
  frames.push(frame)
  const result = evaluate()
  frames.pop()
  return result
}

/** Runs an evaluation; a fault inside becomes an error that names its place and shows no secret.
 *  @throws ExpressionError */
export function placingFaults<T>(evaluation: Evaluation, evaluate: () => T): T {
  try {
    return evaluate()
  } catch (error) {
    if (!(error instanceof ExpressionFault)) throw error
    throw place(evaluation, error)
  }
}

function place({ frames, offset, secret, scope }: Evaluation, fault: ExpressionFault): ExpressionError {
  const { object, field, text, secret: secretText } = frames.at(-1) ?? { object: scope.self, field: '', text: '', secret: false }
  const at = { objectId: object.id, field, text, offset }
  if (secretText)
    return new ExpressionError(
      at,
      'This secret text holds an expression that cannot be evaluated.',
      'Write \\#{ where #{ is meant literally.',
    )
  return new ExpressionError(at, fault.value === undefined ? fault.message : `${fault.message}${shown(fault.value, secret)}.`, fault.hint)
}

function shown(value: string, secret: boolean): string {
  if (secret) return ' (the value is not shown, since a secret was read)'
  return `: ${JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value)}`
}

function cycle(frames: readonly Frame[], frame: Frame): ExpressionFault {
  const first = frames.findIndex(({ object, field }) => field === frame.field && object.id === frame.object.id)
  const names = [...frames.slice(first), frame].map(({ object, field }) => `${object.componentId}.${field}`)
  return new ExpressionFault(`Expressions lead in a circle: ${names.join(' -> ')}.`)
}
