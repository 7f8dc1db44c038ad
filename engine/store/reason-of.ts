import type { InstanceStatus } from '../lifecycle/statuses.ts'
import type { PipelineState } from './database.ts'
import type { Reason, ReasonCode } from './reason.ts'
import { taskName } from './task-name.ts'

/** What the store finds of an instance. */
export interface ReasonRow {
  id: string
  instance_key: string
  component_id: string
  referrer_id: string
  family: string
  interval_start: Date
  status: InstanceStatus
  hold: string | null
  due_time: Date
  actual_start_time: Date | null
  error_message: string | null
  worker_group: string | null
  pipeline_state: PipelineState
  paused: boolean
  referrer_paused: boolean
  /** Active runs of its component, and how many there may be, of what is on hold. */
  active: number | null
  hold_room: number | null
  held: string | null
  available_time: Date | null
  pool: string | null
  /** Of that pool. */
  slots: number | null
  cancellation_reason: string | null
  /** Of a resource: when it is tried again. */
  retry_time: Date | null
  overdue: boolean | null
  start_time: Date | null
  hostname: string | null
  check_because: string | null
  check_kind: string | null
  check_since: Date | null
  /** Of a resource: whether something is ready to run on it. */
  wanted: boolean
  blocker_kind: string | null
  blocker_failed: boolean
  blocker_status: InstanceStatus | null
  blocker_component: string | null
  blocker_referrer: string | null
  blocker_key: string | null
  for_id: string | null
  for_component: string | null
  for_referrer: string | null
  for_key: string | null
  for_interval: Date | null
  for_status: InstanceStatus | null
  served: string[]
}

/** The one reason of an instance that has not ended. */
export function reasonOf(row: ReasonRow): Reason {
  switch (row.status) {
    case 'SCHEDULED':
      return row.hold === null ? place(row) : onHold(row)
    case 'WAITING_ON_DEPENDENCIES':
      return waitingOnDependencies(row)
    case 'WAITING_FOR_RUNNER':
      return waitingForRunner(row)
    case 'CREATING':
      return reason(row, 'RESOURCE_CREATING', ownName(row))
    case 'SHUTTING_DOWN':
      return reason(row, 'SHUTTING_DOWN', ownName(row), { detail: row.error_message ?? row.cancellation_reason ?? undefined })
    default:
      return running(row)
  }
}

/** A place kept for another interval: a pipeline that is not active plans none. */
function place(row: ReasonRow): Reason {
  if (row.pipeline_state !== 'SCHEDULED') return inactive(row)
  return reason(row, 'WAITING_FOR_INTERVAL', ownName(row), { since: undefined, nextTime: row.due_time })
}

function onHold(row: ReasonRow): Reason {
  if (row.pipeline_state !== 'SCHEDULED') return inactive(row)
  const since = row.due_time
  if (row.paused) return reason(row, 'PAUSED', row.component_id, { since, waitsFor: undefined })
  if (row.referrer_paused) return reason(row, 'PAUSED', row.referrer_id, { since, waitsFor: undefined })
  const room = row.active !== null && row.hold_room !== null && row.active >= row.hold_room
  const detail = room ? `${row.active} of ${row.hold_room}` : undefined
  return reason(row, 'MAX_ACTIVE', row.referrer_id || row.component_id, { since, detail })
}

function inactive(row: ReasonRow): Reason {
  return reason(row, 'PIPELINE_INACTIVE', row.pipeline_state, { since: undefined, waitsFor: undefined })
}

function waitingOnDependencies(row: ReasonRow): Reason {
  if (row.blocker_component === null) {
    // A resource waits for nothing but that it is asked for, and between two tries to make it.
    if (row.family === 'resource' && row.retry_time)
      return reason(row, 'RETRY_DELAY', ownName(row), { nextTime: row.retry_time, ...retried(row) })
    if (row.family === 'resource') return reason(row, row.wanted ? 'RESOURCE_CREATING' : 'RESOURCE_IDLE', ownName(row), retried(row))
    return reason(row, 'DEPENDENCY', ownName(row))
  }
  const { blocker_component: componentId, blocker_referrer: referrerId, blocker_key: key } = row
  const object = taskName({ key: key ?? '', componentId, referrerId: referrerId ?? '' })
  const detail = row.blocker_status ?? undefined
  if (row.blocker_failed) return reason(row, 'DEPENDENCY_FAILED', object, { detail })
  return reason(row, row.blocker_kind === 'precondition' ? 'PRECONDITION' : 'DEPENDENCY', object, { detail })
}

function waitingForRunner(row: ReasonRow): Reason {
  const group = row.worker_group ?? ''
  const hasWorker = row.served.includes(group)
  const nextTime = row.available_time ?? undefined
  if (row.held === 'RESOURCE') return reason(row, 'RESOURCE', forName(row) ?? ownName(row), { detail: row.for_status ?? undefined })
  if (row.held === 'POOL') return reason(row, 'POOL_FULL', row.pool ?? '', { detail: String(row.slots ?? 0) })
  if (row.held === null || (row.overdue && !hasWorker)) return reason(row, hasWorker ? 'QUEUED' : 'NO_WORKER', group)
  if (row.held === 'RETRY_DELAY') return reason(row, 'RETRY_DELAY', ownName(row), { nextTime, ...retried(row) })
  const code = row.check_kind === 'NO_PERMISSION' ? 'NO_PERMISSION' : 'NOT_TRUE_YET'
  return reason(row, code, ownName(row), { since: row.check_since ?? undefined, nextTime, detail: row.check_because ?? undefined })
}

function running(row: ReasonRow): Reason {
  return reason(row, 'RUNNING', row.hostname ?? ownName(row), {
    since: row.start_time ?? row.actual_start_time ?? undefined,
    hostname: row.hostname ?? undefined,
  })
}

function retried({ error_message: detail }: ReasonRow): Pick<Reason, 'detail'> {
  return { detail: detail ?? undefined }
}

function reason(row: ReasonRow, code: ReasonCode, object: string, more: Partial<Reason> = {}): Reason {
  const task = forName(row)
  return {
    instanceId: row.id,
    instanceKey: row.instance_key,
    task: ownName(row),
    interval: row.interval_start,
    family: row.family,
    status: row.status,
    code,
    object,
    waitsFor:
      task !== undefined && row.for_id && row.for_interval && row.for_status
        ? { instanceId: row.for_id, task, interval: row.for_interval, status: row.for_status }
        : undefined,
    since: row.actual_start_time ?? undefined,
    nextTime: undefined,
    hostname: undefined,
    detail: undefined,
    served: row.served,
    ...more,
  }
}

function ownName({ instance_key: key, component_id: componentId, referrer_id: referrerId }: ReasonRow): string {
  return taskName({ key, componentId, referrerId })
}

function forName({ for_key: key, for_component: componentId, for_referrer: referrerId }: ReasonRow): string | undefined {
  return componentId === null ? undefined : taskName({ key: key ?? '', componentId, referrerId: referrerId ?? '' })
}
