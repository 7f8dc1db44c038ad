/** A pipeline definition in the words of AWS's API: every value is text or a reference, and a key that comes twice has two values.
 *  @see AWS Data Pipeline API Reference, "GetPipelineDefinition" */
export interface AwsDefinition {
  readonly objects: readonly AwsObject[]
  readonly parameters: readonly AwsParameter[]
  readonly values: readonly AwsValue[]
}

export interface AwsObject {
  readonly id: string
  /** Absent only in files that a person wrote. */
  readonly name?: string
  readonly fields: readonly AwsField[]
}

/** Of the two values one is there; a field of neither says nothing. */
export interface AwsField {
  readonly key: string
  readonly stringValue?: string
  readonly refValue?: string
}

export interface AwsParameter {
  /** With the star of a secret. */
  readonly id: string
  readonly attributes: readonly AwsField[]
}

/** One value of a parameter; an id that comes again is an array. */
export interface AwsValue {
  /** With the star of a secret. */
  readonly id: string
  readonly stringValue: string
}

/** What AWS knows of a pipeline besides its definition. */
export interface AwsPipeline {
  readonly id: string
  readonly name: string
  readonly description?: string
  /** The service's own, such as `@pipelineState` and `@creationTime`. */
  readonly fields: readonly AwsField[]
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}

/** `latest` is what was saved last, `active` what was activated last. */
export type DefinitionVersion = 'latest' | 'active'

/** The AWS Data Pipeline of one account and region. Every method rejects with a DataPipelineError. */
export interface DataPipelines {
  /** All pipelines that the caller may see. */
  list(): AsyncIterable<Pick<AwsPipeline, 'id' | 'name'>>
  /** At most 25 at a time; one id that is unknown fails them all. */
  describe(ids: readonly string[]): Promise<AwsPipeline[]>
  definition(id: string, version: DefinitionVersion): Promise<AwsDefinition>
  close(): void
}
