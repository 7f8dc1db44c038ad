import type { Clients } from '../clients/clients.ts'
import type { DataNodeHandle } from './handles.ts'

/** How far an attempt has come; travels with the heartbeat. Counts only grow within one attempt. */
export interface Progress {
  readonly rows?: number
  readonly bytes?: number
  readonly rowsTotal?: number
  readonly bytesTotal?: number
  /** A few words for the person watching: `copying`, `publishing`. */
  readonly note?: string
  /** Where the data now is, once it is written, for people: `s3://bucket/key`. */
  readonly place?: string
}

/** Which run of which component this is. Times are UTC instants. */
export interface InstanceIdentity {
  readonly pipelineId: string
  readonly pipelineName: string
  readonly componentId: string
  /** `@component_2026-01-01T00:00:00` */
  readonly instanceId: string
  readonly attemptNumber: number
  /** Unique to this claim of this attempt; names staging tables, files and directories. `[a-z0-9_]+`, at most 40 characters. */
  readonly attemptKey: string
  /** The same for every try of this run: keys ledger rows. A rerun asked for by a person has a new one. */
  readonly publishKey: string
  readonly scheduledStartTime: Date
  readonly scheduledEndTime: Date
}

/** Lines for the attempt's `Activity.log`, which the person debugging reads. */
export interface AttemptLog {
  info(line: string): void
  warn(line: string): void
}

/** What every bound method may use, whatever the family. */
export interface ObjectContext {
  /** Aborted by cancel, time-out, a lost lease or a stop; its `reason` says which. */
  readonly signal: AbortSignal
  readonly log: AttemptLog
  readonly instance: InstanceIdentity
  readonly clients: Clients
  progress(progress: Progress): void
  /** Rejects with `LostLease` unless this attempt still holds the newest fence. Call it last before making output visible. */
  checkFence(): Promise<void>
}

/** A script ready to run: inline text or a downloaded file. */
export interface Script {
  readonly text?: string
  readonly file?: string
}

export interface ShellOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where a copy of the output goes besides the attempt's logs: an `s3://` URI or a local path. */
  readonly stdout?: string
  readonly stderr?: string
}

/** Local directories for the data nodes of an activity. */
export interface Staging {
  /** Creates and fills one directory an input, and an empty one an output. */
  open(): Promise<void>
  /** `INPUT1_STAGING_DIR`, `OUTPUT1_STAGING_DIR` ...; empty before `open`. */
  env(): Record<string, string>
  /** Uploads the output directories, all or nothing each. */
  publish(): Promise<void>
}

/** What an activity reaches the world through. */
export interface ActivityContext extends ObjectContext {
  /** An empty directory of this attempt's own, removed after it. */
  readonly workDirectory: string
  readonly staging: Staging
  load(script: { readonly inline?: string; readonly uri?: string }): Promise<Script>
  /** Runs a script with bash in its own process group, killed at the end whatever happens; rejects on a non-zero exit. */
  shell(script: Script, options?: ShellOptions): Promise<void>
}

/** What a precondition's `check` receives besides its fields. */
export interface PreconditionContext extends ObjectContext {
  /** The object that waits for the precondition; a data node has its methods. */
  readonly node: DataNodeHandle
  readonly workDirectory: string
  load(script: { readonly inline?: string; readonly uri?: string }): Promise<Script>
  shell(script: Script, options?: ShellOptions): Promise<void>
}

/** What `check` answers: true, or not yet and why (`s3://b/k is not there`), for `sluice why`. */
export type CheckResult =
  | { readonly passed: true }
  /** Of the kind NO_PERMISSION when the look itself was refused: waiting alone will not help. */
  | { readonly passed: false; readonly because: string; readonly kind?: 'NO_PERMISSION' }
