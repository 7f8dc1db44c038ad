/** What a shelf file imports: builders to declare a type with, and the shapes it meets. */
export { fields } from './fields.ts'
export {
  defineAction,
  defineActivity,
  defineDatabase,
  defineDataFormat,
  defineDataNode,
  definePrecondition,
  defineResource,
  defineSchedule,
  defineUtility,
} from './define.ts'
export type { ActionContext } from './declarations.ts'
export type {
  ActivityContext,
  AttemptLog,
  CheckResult,
  InstanceIdentity,
  ObjectContext,
  PreconditionContext,
  Progress,
  Script,
  ShellOptions,
  Staging,
} from './context.ts'
export type {
  ByteEncoding,
  ByteSource,
  Cell,
  Column,
  CopySource,
  DataNodeMethods,
  ObjectSet,
  RowBatch,
  RowSource,
  WriteResult,
} from './data-node.ts'
export type { ConnectionSettings, DatabaseHandle, DataFormatHandle, DataNodeHandle, FormatDialect, ObjectHandle } from './handles.ts'
export type { Period } from './period.ts'
