import type { AwsDefinition, AwsPipeline } from '../../clients/data-pipeline.ts'

/** One pipeline to import, from AWS or from a file. */
export interface ImportSource {
  /** The id in AWS, or the file. */
  readonly origin: string
  readonly name: string
  readonly description?: string
  readonly definition: AwsDefinition
  /** What AWS knows of it besides; absent for a file. */
  readonly pipeline?: AwsPipeline
  /** What stands in a file and in no definition. */
  readonly surplus?: readonly string[]
}
