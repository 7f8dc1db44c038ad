/** One column of a table, query or file. Types are PostgreSQL's names in lower case, the lingua franca of the copy engine. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
}

/** One value on the typed path: text as the source prints it losslessly, bytes, or NULL. */
export type Cell = string | Buffer | null
export type RowBatch = readonly (readonly Cell[])[]

/** Raw bytes in a named encoding: the fast way, never parsed when both ends speak it. */
export interface ByteSource {
  readonly encoding: ByteEncoding
  /** Columns when known, in the order of the bytes. */
  readonly columns?: readonly Column[]
  /** Total number of bytes when known, for progress. */
  readonly size?: number
  /** Chunks of 64 KiB or more; ends normally only when everything was sent. May be opened once. */
  open(signal: AbortSignal): AsyncIterable<Buffer>
}

/** Bytes of records. `pg-binary` and `pg-text` are PostgreSQL's COPY formats; the rest is described by the dialect. */
export type ByteEncoding =
  | { readonly name: 'pg-binary' }
  | { readonly name: 'pg-text' }
  | {
      readonly name: 'delimited'
      readonly columnSeparator: string
      readonly recordSeparator: string
      readonly quote?: string
      readonly escape?: string
      readonly header: boolean
      readonly nullText: string
    }

/** Typed batches, in one snapshot, never one row at a time. */
export interface RowSource {
  readonly columns: readonly Column[]
  /** Number of rows when known, for progress. */
  readonly rowCount?: number
  open(signal: AbortSignal): AsyncIterable<RowBatch>
}

/** What a target is given: every way the source can be read; the target takes the cheapest it understands. */
export interface CopySource {
  /** In order of the source's preference. Each may be opened once, and only one of them. */
  readonly bytes: readonly ByteSource[]
  readonly rows?: RowSource
  /** The stored objects that hold the data, when they may be copied as they are. */
  readonly objects?: ObjectSet
  /** A name for logs: `s3://bucket/key`, `table orders on shop`. */
  readonly label: string
}

/** Objects of an object store, and what their bytes are. */
export interface ObjectSet {
  readonly encoding: ByteEncoding
  readonly compression: 'none' | 'gzip'
  /** In order. `name` is what the object is called in its directory, `/` between the parts. */
  readonly entries: readonly { readonly uri: string; readonly name: string; readonly size: number }[]
}

/** What was written. */
export interface WriteResult {
  /** Absent when the way taken does not count rows (a server-side copy). */
  readonly rows?: number
  readonly bytes?: number
  /** The way taken, for the log: `csv passthrough`, `pg-binary passthrough`, `typed batches`, `already published`. */
  readonly way: string
  /** Where the data now is, for people. */
  readonly place: string
}

/** What a data node can do, by having the method. Bound to one object and one attempt. */
export interface DataNodeMethods {
  /** Whether the data is there now. */
  exists?(): Promise<boolean>
  /** Every way of reading the data, in one snapshot. */
  read?(): Promise<CopySource>
  /** All or nothing: readers see either the old state or the whole new one; a retry or a second run never doubles. */
  write?(source: CopySource): Promise<WriteResult>
  /** Fills an empty local directory with the data. */
  stage?(directory: string): Promise<void>
  /** Makes the content of a local directory the data, all or nothing. */
  publish?(directory: string): Promise<void>
  /** Runs before an activity that names the node as output: `createTableSql` of SQL nodes. */
  prepare?(): Promise<void>
}
