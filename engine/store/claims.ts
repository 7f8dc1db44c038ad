import type pg from 'pg'
import type { Claimant, Claims, Hint } from '../queue/claims.ts'
import type { Lane, Settlement, Task } from '../queue/task.ts'
import { Looks } from './looks.ts'
import type { StoreSignals } from './signals.ts'
import { storedJson } from './stored-json.ts'

/** How long a claim holds without a beat. SLUICE_LEASE_MS is for tests that cannot wait; all workers of a store must agree. */
export const leaseMs = Number(process.env['SLUICE_LEASE_MS']) || 30_000

const lease = `${leaseMs} milliseconds`

/** Claims kept in PostgreSQL. Each call is one statement and one commit, but for the whole look once a second. `now` is in milliseconds, never going
 *  back. */
export function postgresClaims(pool: pg.Pool, signals: StoreSignals, now: () => number = () => performance.now()): Claims {
  const readyLooks: Record<Lane, Looks> = { activity: new Looks(), precondition: new Looks() }
  const hintLooks = new Looks()
  let turn = 0
  /** Each claim begins with another group, so that a busy one does not starve the rest. */
  const nextTurn = ({ groups }: Claimant, floors: readonly string[]) => {
    const first = turn++ % groups.length
    return { groups: rotated(groups, first), floors: rotated(floors, first) }
  }
  const lookAtAttempts = async ({ groups }: Claimant, lane: Lane): Promise<void> => {
    const { rows } = await pool.query<{ found: { lowest: (string | null)[]; newest: string } }>({
      name: 'look-at-attempts',
      text: 'select look_at_attempts($1, $2) as found',
      values: [groups, lane],
    })
    const { lowest, newest } = rows[0]!.found
    readyLooks[lane].found(lowest ?? [], newest)
  }
  const lookAtHints = async (): Promise<void> => {
    const { rows } = await pool.query<{ lowest: string | null; newest: string | null }>({
      name: 'look-at-hints',
      text: `select (select min(id + 0)::text from outbox where kind = 'hint') as lowest, pg_sequence_last_value('outbox_id_seq')::text as newest`,
    })
    const { lowest, newest } = rows[0]!
    hintLooks.found([lowest], newest ?? '0')
  }

  return {
    async claim(claimant, lane, want, hinted) {
      const isWhole = hinted === undefined || readyLooks[lane].isWholeDue(now())
      const { groups, floors } = nextTurn(claimant, (!isWhole && readyLooks[lane].floors) || [])
      const { rows } = await pool.query<{ tasks: TaskRow[] }>({
        name: 'claim',
        text: 'select claimed_tasks(claim_attempts($1, $2, $3, $4, $5, $6, $7, $8), $6) as tasks',
        values: [claimant.workerId, claimant.hostname, groups, lane, want, lease, floors, hinted ?? []],
      })
      if (isWhole && hinted) await lookAtAttempts(claimant, lane)
      return toTasks(rows[0]?.tasks)
    },
    async settle(claimant, lane, settlements, want) {
      const floors = readyLooks[lane].floors ?? []
      const { accepted, next, outbox, hints } = await settle(pool, claimant, lane, settlements, want, floors)
      signals.emit(next.length > 0 ? 'settled' : 'drained')
      signals.emit('ended')
      if (outbox) for (const signal of ['outbox', 'left'] as const) signals.emit(signal)
      if (settlements.some(({ outcome }) => outcome.status === 'FAILED' || outcome.status === 'FALSE')) signals.emit('held')
      return { accepted, next, hints }
    },
    async unheard({ workerId }, lane, known, want) {
      const { rows } = await pool.query<{ tasks: TaskRow[] }>({
        name: 'unheard',
        text: `with found as (
            update attempts set lease_until = now() + $5::interval where id in (
              select id from attempts where status = 'RUNNING' and worker_id = $1 and lane = $2 and fence <> all($3::bigint[])
              order by priority desc, id limit $4 for no key update
            ) returning id)
          select claimed_tasks(array(select id from found), $5::interval) as tasks`,
        values: [workerId, lane, known, want, lease],
      })
      return toTasks(rows[0]?.tasks)
    },
    async takeHints(limit) {
      const isWhole = hintLooks.isWholeDue(now())
      const floor = isWhole ? undefined : hintLooks.floors?.[0]
      const { rows } = await pool.query<{ worker_group: string; lane: Lane; attempt_ids: string[] }>({
        name: 'take-hints',
        text: `with taken as (delete from outbox where id in (
            select id from outbox where kind = 'hint' and id >= $2 order by id limit $1 for update skip locked
          ) returning id, worker_group, lane, attempt_ids)
          select t.worker_group, t.lane, array_agg(a.id order by a.priority desc, a.id)::text[] as attempt_ids
          from taken t join attempts a on a.id = any(t.attempt_ids) and coalesce(a.status) = 'WAITING_FOR_RUNNER' and a.held is null
          group by t.id, t.worker_group, t.lane order by t.id`,
        values: [limit, floor ?? 0],
      })
      if (isWhole) await lookAtHints()
      return rows.map(({ worker_group, lane, attempt_ids }): Hint => ({ group: worker_group, lane, attemptIds: attempt_ids }))
    },
  }
}

const settleQuery = {
  name: 'settle',
  text: 'select settle($1::bigint[], $2::bigint[], $3, $4::json[], $5, $6, $7, $8, $9, $10, $11) as answer',
}

const settleOneQuery = { name: 'settle-one', text: 'select settle_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as answer' }

async function settle(
  pool: pg.Pool,
  { workerId, hostname, groups }: Claimant,
  lane: Lane,
  settlements: readonly Settlement[],
  want: number,
  floors: readonly string[],
) {
  const claimant = [workerId, hostname, groups, lane, want, lease, floors]
  const [only] = settlements
  const { rows } = await pool.query<{ answer: SettleAnswer }>(
    only && settlements.length === 1 && only.outcome.status === 'FINISHED'
      ? { ...settleOneQuery, values: [only.attemptId, only.fence, detail(only), ...claimant] }
      : {
          ...settleQuery,
          values: [
            settlements.map(({ attemptId }) => attemptId),
            settlements.map(({ fence }) => fence),
            settlements.map(({ outcome }) => outcome.status),
            settlements.map(detail),
            ...claimant,
          ],
        },
  )
  const answer = rows[0]!.answer
  return {
    accepted: answer.accepted ?? settlements.map(() => true),
    next: [...toTasks(answer.next), ...toTasks(answer.more)],
    outbox: answer.outbox,
    hints: answer.hints ?? [],
  }
}

function rotated(list: readonly string[], first: number): readonly string[] {
  return [...list.slice(first), ...list.slice(0, first)]
}

function detail({ outcome, retryDelayMs, progress }: Settlement): string | null {
  if (outcome.status === 'FINISHED' && !progress) return null
  return storedJson({ ...outcome, retryDelayMs, progress })
}

interface SettleAnswer {
  /** Null: all of them. */
  accepted: boolean[] | null
  next: TaskRow[] | null
  more: TaskRow[] | null
  outbox: boolean
  hints: Hint[] | null
}

interface TaskRow {
  attemptId: string
  fence: string
  taskId: string
  pipelineId: string
  version: number
  instanceId: string
  instanceKey: string
  componentId: string
  referrerId: string | null
  attemptNumber: number
  rerun: number
  publication: number
  start: string
  end: string
  actualStart: string
  leaseMs: number
  checkCount: number
  checkSince: string | null
}

function toTasks(rows: readonly TaskRow[] | null | undefined): readonly Task[] {
  return (rows ?? []).map(({ referrerId, start, end, actualStart, checkCount, checkSince, ...same }): Task => ({
    ...same,
    referrer: referrerId === null ? undefined : { componentId: referrerId },
    scheduledStartTime: start,
    scheduledEndTime: end,
    actualStartTime: actualStart,
    checks: checkSince === null ? undefined : { count: checkCount, since: checkSince },
  }))
}
