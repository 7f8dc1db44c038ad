/** Why an object could not be reached. `Invalid` is a URI that may not be used at all. */
export type ObjectStoreErrorCode = 'NotFound' | 'NoPermission' | 'Unreachable' | 'Invalid' | 'CutShort' | 'Other'

/** An object store's refusal, in a sentence that names the object. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError'
  readonly code: ObjectStoreErrorCode

  constructor(code: ObjectStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
