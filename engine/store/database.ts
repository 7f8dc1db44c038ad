import type { ColumnType, Generated } from 'kysely'
import type { CompiledDefinition, StoredValue } from '../definition/pipeline-definition.ts'
import type { InstanceStatus } from '../lifecycle/statuses.ts'
import type { Lane } from '../queue/task.ts'
import type { ResourceRules } from '../lifecycle/resource-rules.ts'

/** Rows of every table, for Kysely. bigint columns are text in JavaScript: they pass 2^53 in principle and are never calculated with. */
export interface Database {
  pipelines: PipelineTable
  definition_versions: DefinitionVersionTable
  components: ComponentTable
  watermarks: WatermarkTable
  instances: InstanceTable
  dependencies: DependencyTable
  attempts: AttemptTable
  outbox: OutboxTable
  events: EventTable
  workers: WorkerTable
  deleted_pipelines: DeletedPipelineTable
  pools: PoolTable
}

export type PipelineState = 'PENDING' | 'SCHEDULED' | 'DEACTIVATING' | 'INACTIVE' | 'FINISHED'

type Json<T> = ColumnType<T, string, string>

export interface PipelineTable {
  id: string
  name: string
  unique_id: string | null
  state: Generated<PipelineState>
  latest_version: Generated<number>
  active_version: number | null
  creation_time: Generated<Date>
  first_activation_time: Date | null
  last_activation_time: Date | null
  last_deactivated_time: Date | null
  finished_time: Date | null
  /** Kept by the store itself. */
  open_schedules: Generated<number>
}

export interface DeletedPipelineTable {
  id: string
  name: string
  deleted_time: Generated<Date>
}

export interface PoolTable {
  name: string
  slots: number
}

export interface DefinitionVersionTable {
  pipeline_id: string
  version: number
  source: string
  compiled: Json<CompiledDefinition>
  creation_time: Generated<Date>
}

export interface ComponentTable {
  pipeline_id: string
  id: string
  version: number
  name: string
  type: string
  family: string
  fields: Json<Readonly<Record<string, readonly StoredValue[]>>>
  paused: Generated<boolean>
}

export interface WatermarkTable {
  pipeline_id: string
  schedule_id: string
  schedule_type: 'cron' | 'timeseries'
  anchor: Date
  next_index: Generated<string>
  last_index: string | null
  next_due: Date | null
  skip_before: Date | null
  next_start: Date | null
}

export interface InstanceTable {
  id: Generated<string>
  pipeline_id: string
  version: number
  component_id: string
  referrer_id: string
  instance_key: string
  type: string
  family: string
  interval_start: Date
  interval_end: Date
  due_time: Date
  status: InstanceStatus
  hold: string | null
  hold_room: number | null
  waiting: number
  worker_group: string | null
  lane: Lane
  priority: number
  resource_id: string | null
  cascade: boolean
  fires: string[] | null
  maximum_retries: number
  tries_left: number
  attempt_count: number
  rerun: number
  publication: number
  late_time: Date | null
  actual_start_time: Date | null
  actual_end_time: Date | null
  error_id: string | null
  error_message: string | null
  cancellation_reason: string | null
  provider_id: string | null
  lease_until: Date | null
  backfill_id: string | null
  pool: string | null
  used_by: string[] | null
  rules: Json<ResourceRules> | null
  deadline: Date | null
  available_time: Date | null
  ends_as: InstanceStatus | null
  late_after: string | null
}

export interface DependencyTable {
  producer_id: string
  consumer_id: string
  kind: string
}

export interface AttemptTable {
  id: Generated<string>
  instance_id: string
  number: number
  status: string
  held: 'RETRY_DELAY' | 'CHECK' | 'RESOURCE' | null
  available_time: Date | null
  worker_group: string
  lane: Lane
  priority: number
  fence: string | null
  worker_id: string | null
  hostname: string | null
  lease_until: Date | null
  start_time: Date | null
  end_time: Date | null
  check_count: number
  check_since: Date | null
  check_because: string | null
  check_kind: 'NO_PERMISSION' | null
  error_id: string | null
  error_message: string | null
  error_stack_trace: string | null
  progress: Json<Record<string, unknown>> | null
}

export interface OutboxTable {
  id: Generated<string>
  kind: 'hint' | 'action'
  worker_group: string | null
  lane: Lane | null
  attempt_ids: string[] | null
  instance_id: string | null
  event: string | null
  tries: Generated<number>
  available_time: Generated<Date>
}

export interface EventTable {
  id: Generated<string>
  time: Generated<Date>
  pipeline_id: string
  instance_id: string | null
  attempt_id: string | null
  kind: string
  detail: Json<Record<string, unknown>>
}

export interface WorkerTable {
  id: string
  hostname: string
  worker_groups: string[]
  started_time: Generated<Date>
  seen_time: Generated<Date>
}
