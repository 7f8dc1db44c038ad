/** Facts about one stored object. */
export interface ObjectInfo {
  readonly uri: string
  readonly size: number
  readonly etag?: string
}

/** Objects by URI: `s3://bucket/key` (a folder of the embedded home, or any S3 endpoint) and `file:path`. One contract, one conformance suite. */
export interface ObjectStore {
  /** Facts about the object, or undefined when it is not there. Rejects when that cannot be known (no permission, no bucket access). */
  head(uri: string): Promise<ObjectInfo | undefined>
  /** Objects under a prefix, in key order; a prefix that ends in `/` is a directory. */
  list(prefix: string): AsyncIterable<ObjectInfo>
  /** The whole object, in chunks of 64 KiB or more. Rejects when it is cut short. */
  read(uri: string, signal?: AbortSignal): AsyncIterable<Buffer>
  /** Makes the object whole or not at all: readers never see a part of it. `publish` is awaited just before it becomes visible. */
  write(uri: string, chunks: AsyncIterable<Buffer>, options?: WriteOptions): Promise<ObjectInfo>
  /** Server-side copy when both are in one store, else a stream. Whole or not at all. */
  copy(from: string, to: string, options?: WriteOptions): Promise<ObjectInfo>
  delete(uri: string): Promise<void>
}

export interface WriteOptions {
  readonly signal?: AbortSignal
  /** Unique to the attempt; names the part that is written aside. */
  readonly attemptKey?: string
  /** Last check before the object becomes visible; a rejection leaves nothing behind. */
  readonly publish?: () => Promise<void>
  readonly serverSideEncryption?: boolean
  readonly contentType?: string
}
