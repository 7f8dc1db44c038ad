import type { DataNodeMethods } from './data-node.ts'

/** A referenced object as an activity receives it: its evaluated fields, for this interval. */
export interface ObjectHandle {
  readonly id: string
  readonly type: string
  /** Evaluated and parsed by the declaration of the type: numbers are numbers, references are handles. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** A data node, with the methods its declaration has, bound to this object and attempt. A missing method is a missing ability. */
export interface DataNodeHandle extends ObjectHandle, DataNodeMethods {}

/** A database, able to say how to connect. */
export interface DatabaseHandle extends ObjectHandle {
  connection(): Promise<ConnectionSettings>
}

/** Where and how to connect, already parsed from a JDBC URL. Never logged: it holds the password. */
export interface ConnectionSettings {
  readonly dialect: 'postgresql' | 'mysql'
  readonly host: string
  readonly port?: number
  readonly database?: string
  readonly user?: string
  readonly password?: string
  /** Driver options that passed the allow-list. */
  readonly options: Readonly<Record<string, string>>
}

/** A data format; what its fields mean is read by the node that uses it. */
export interface DataFormatHandle extends ObjectHandle {
  dialect(): FormatDialect
}

/** How records are laid out as bytes. */
export interface FormatDialect {
  readonly encoding: 'csv' | 'tsv'
  readonly columnSeparator: string
  readonly recordSeparator: string
  readonly escapeChar?: string
  /** Whether a first line names the columns. */
  readonly header: boolean
  /** `name TYPE` pairs in order; empty when the format names none. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}
