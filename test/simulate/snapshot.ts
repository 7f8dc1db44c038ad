import type pg from 'pg'
import type { World, WorldInstance } from '../../engine/lifecycle/world/state.ts'

/** Everything that matters of a world or a store, as lines of text in the same order, and in a store the ids of what they tell of. */
export interface Snapshot {
  readonly lines: readonly string[]
}

export interface StoreSnapshot extends Snapshot {
  /** By key. */
  readonly instances: ReadonlyMap<string, string>
  /** By key of the instance and number: id and fence. */
  readonly attempts: ReadonlyMap<string, { readonly id: string; readonly fence: string | null }>
}

/** What tells an instance apart in both. */
export function keyOf({ pipeline, component, referrer, start }: WorldInstance): string {
  return `${pipeline.id}/${component}/${referrer}/${start}`
}

export function worldSnapshot(world: World): Snapshot {
  const lines: string[] = []
  for (const pipeline of world.pipelines.values()) {
    if (pipeline.state === 'PENDING') continue
    lines.push(`p ${pipeline.id} ${pipeline.state} v${pipeline.activeVersion} first ${said(pipeline.firstActivation)}`)
    for (const mark of pipeline.watermarks)
      lines.push(
        `w ${pipeline.id} ${mark.scheduleId} ${mark.scheduleType} next ${mark.nextIndex} due ${said(mark.nextDue)} starts ${said(mark.nextStart)} last ${said(mark.lastIndex)} skips ${said(mark.skipBefore)}`,
      )
  }
  for (const instance of world.instances) {
    const key = keyOf(instance)
    const waiting = instance.status === 'WAITING_ON_DEPENDENCIES' ? instance.waiting : '-'
    lines.push(
      `i ${key} ${instance.status} waits ${waiting} tries ${instance.triesLeft} attempts ${instance.attemptCount} rerun ${instance.rerun} hold ${said(instance.hold)} ${said(instance.holdRoom)} pool ${said(instance.pool)} ` +
        `start ${said(instance.actualStart)} end ${said(instance.actualEnd)} late ${said(instance.lateTime)} on ${instance.resource ? keyOf(instance.resource) : ''} ` +
        `lease ${said(instance.leaseUntil)} deadline ${said(instance.deadline)} again ${said(instance.availableTime)} becomes ${said(instance.endsAs)} error ${said(instance.errorId)}: ${said(instance.errorMessage)} because ${said(instance.cancellationReason)} needs ${instance.producers.length}`,
    )
    for (const attempt of instance.attempts)
      lines.push(
        `a ${key}#${attempt.number} ${attempt.status} held ${said(attempt.held)} until ${said(attempt.availableTime)} by ${said(attempt.workerId)} lease ${said(attempt.leaseUntil)} ` +
          `start ${said(attempt.startTime)} end ${said(attempt.endTime)} checks ${attempt.checkCount} error ${said(attempt.errorId)}`,
      )
  }
  for (const { instance, event, tries, availableTime } of world.actions.values())
    lines.push(`o ${keyOf(instance)} ${event} tries ${tries} at ${availableTime}`)
  for (const { attempts } of world.hints)
    lines.push(
      `h ${attempts
        .map(({ instance, number }) => `${keyOf(instance)}#${number}`)
        .toSorted()
        .join(' ')}`,
    )
  for (const [name, slots] of world.pools) lines.push(`l ${name} ${slots}`)
  return { lines: lines.toSorted() }
}

function said(value: string | number | undefined): string | number {
  return value ?? ''
}

export async function storeSnapshot(pool: pg.Pool): Promise<StoreSnapshot> {
  const { rows } = await pool.query<{ line: string; key: string | null; id: string | null; fence: string | null }>({
    name: 'snapshot',
    text: query,
  })
  const instances = new Map<string, string>()
  const attempts = new Map<string, { id: string; fence: string | null }>()
  for (const { line, key, id, fence } of rows) {
    if (key === null || id === null) continue
    if (line.startsWith('i ')) instances.set(key, id)
    else if (line.startsWith('a ')) attempts.set(key, { id, fence })
  }
  return { lines: rows.map(({ line }) => line).toSorted(), instances, attempts }
}

const ms = (column: string): string => `coalesce((extract(epoch from ${column}) * 1000)::bigint::text, '')`
const said_ = (column: string): string => `coalesce(${column}::text, '')`
const key = (alias: string): string =>
  `${alias}.pipeline_id || '/' || ${alias}.component_id || '/' || ${alias}.referrer_id || '/' || ${ms(`${alias}.interval_start`)}`

const query = `
  select 'p ' || id || ' ' || state || ' v' || ${said_('active_version')} || ' first ' || ${ms('first_activation_time')} as line, null as key, null as id, null as fence
    from pipelines where state <> 'PENDING'
  union all
  select 'w ' || pipeline_id || ' ' || schedule_id || ' ' || schedule_type || ' next ' || next_index || ' due ' || ${ms('next_due')} || ' starts ' || ${ms('next_start')} || ' last ' || ${said_('last_index')} || ' skips ' || ${ms('skip_before')}, null, null, null from watermarks
  union all
  select 'i ' || ${key('i')} || ' ' || i.status || ' waits ' || case when i.status = 'WAITING_ON_DEPENDENCIES' then i.waiting::text else '-' end || ' tries ' || i.tries_left
      || ' attempts ' || i.attempt_count || ' rerun ' || i.rerun || ' hold ' || ${said_('i.hold')} || ' ' || ${said_('i.hold_room')} || ' pool ' || ${said_('i.pool')} || ' start ' || ${ms('i.actual_start_time')} || ' end ' || ${ms('i.actual_end_time')} || ' late ' || ${ms('i.late_time')}
      || ' on ' || coalesce(${key('r')}, '') || ' lease ' || ${ms('i.lease_until')} || ' deadline ' || ${ms('i.deadline')} || ' again ' || ${ms('i.available_time')} || ' becomes ' || ${said_('i.ends_as')} || ' error ' || ${said_('i.error_id')} || ': ' || ${said_('i.error_message')}
      || ' because ' || ${said_('i.cancellation_reason')} || ' needs ' || (select count(*) from dependencies d where d.consumer_id = i.id),
    ${key('i')}, i.id::text, null
    from instances i left join instances r on r.id = i.resource_id
  union all
  select 'a ' || ${key('i')} || '#' || a.number || ' ' || a.status || ' held ' || ${said_('a.held')} || ' until ' || ${ms('a.available_time')} || ' by ' || ${said_('a.worker_id')}
      || ' lease ' || ${ms('a.lease_until')} || ' start ' || ${ms('a.start_time')} || ' end ' || ${ms('a.end_time')} || ' checks ' || a.check_count || ' error ' || ${said_('a.error_id')},
    ${key('i')} || '#' || a.number, a.id::text, a.fence::text
    from attempts a join instances i on i.id = a.instance_id
  union all
  select 'o ' || ${key('i')} || ' ' || o.event || ' tries ' || o.tries || ' at ' || ${ms('o.available_time')}, null, null, null from outbox o join instances i on i.id = o.instance_id where o.kind = 'action'
  union all
  select 'h ' || (select string_agg(${key('i')} || '#' || a.number, ' ' order by (${key('i')} || '#' || a.number) collate "C") from attempts a join instances i on i.id = a.instance_id where a.id = any(o.attempt_ids)), null, null, null
    from outbox o where o.kind = 'hint'
  union all
  select 'l ' || name || ' ' || slots, null, null, null from pools`
