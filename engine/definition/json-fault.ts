import type { Diagnostic } from './diagnostic.ts'

/** Thrown where a JSON text cannot be read any further, caught by the reader: never seen outside. */
export class JsonFault extends Error {
  readonly diagnostic: Diagnostic

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}
