import { PermanentError } from '../errors.ts'

/** An expression that cannot be evaluated. Its message names object, field, column and cause, never a secret; `errorId` is
 *  `ExpressionError`. */
export class ExpressionError extends PermanentError {
  readonly objectId: string
  /** The field whose text holds the faulty expression: not always the one that was asked for. */
  readonly field: string
  /** Where the fault is in that text, in UTF-16 units from 0. */
  readonly offset: number
  readonly hint?: string

  constructor(place: { objectId: string; field: string; text: string; offset: number }, message: string, hint?: string) {
    const { objectId, field, text, offset } = place
    super('ExpressionError', `${objectId}.${field}, ${position(text, offset)}: ${message}${hint ? ` ${hint}` : ''}`)
    this.objectId = objectId
    this.field = field
    this.offset = offset
    this.hint = hint
  }
}

/** The cause alone, thrown where the place is not known; `evaluate` adds the place. `value` is shown only if no secret was read. */
export class ExpressionFault extends Error {
  readonly value?: string
  readonly hint?: string

  constructor(message: string, { value, hint }: { value?: string; hint?: string } = {}) {
    super(message)
    this.value = value
    this.hint = hint
  }
}

/** A name as messages show it: in quotes, and not the whole of a very long one. */
export function quoted(name: string): string {
  return `"${name.length > 60 ? `${name.slice(0, 60)}...` : name}"`
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const column = `column ${before.length - before.lastIndexOf('\n')}`
  return line > 1 ? `line ${line}, ${column}` : column
}
