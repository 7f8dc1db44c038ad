import type { InstanceStatus } from '../../lifecycle/statuses.ts'
import { formatProgress } from './format-amount.ts'
import { formatDuration } from './format-duration.ts'
import { formatInterval } from './format-time.ts'
import type { GlyphName, Look, Style } from './look.ts'
import { byInterval, hasFailed, type TaskView } from './task-view.ts'
import { waitWords } from './wait-words.ts'

export interface TreeOptions {
  readonly look: Look
  readonly now: Date
  /** Longer lines are cut, so that a repaint knows how many lines it covers. */
  readonly columns?: number
}

/** A run as lines: a heading, then each interval with its tasks. */
export function renderTree(tasks: readonly TaskView[], options: TreeOptions): string[] {
  const width = Math.min(40, Math.max(0, ...tasks.map((task) => labelOf(task).length)))
  const lines: string[] = []
  let skipped: number[] = []
  const tellSkipped = (): void => {
    if (skipped.length > 0) lines.push(`  ${options.look.paint('quiet', skippedWords(skipped))}`)
    skipped = []
  }
  for (const [time, members] of byInterval(tasks)) {
    if (members.every(({ status }) => status === 'SKIPPED')) {
      skipped.push(time)
      continue
    }
    tellSkipped()
    lines.push(`  ${options.look.paint('strong', formatInterval(new Date(time)))}`)
    lines.push(...members.map((task) => `    ${renderTask(task, width, options)}`))
  }
  tellSkipped()
  return lines
}

/** Intervals of which all was SKIPPED, one behind the other. */
function skippedWords(times: readonly number[]): string {
  const [first, last] = [times[0], times.at(-1)].map((time) => formatInterval(new Date(time ?? 0)))
  return times.length === 1 ? `${first}  SKIPPED` : `${times.length} intervals SKIPPED, ${first} to ${last}`
}

/** As many intervals of the tree as fit in `rows`: those at work first; how many were left out is said. */
export function renderWindow(tasks: readonly TaskView[], rows: number, options: TreeOptions): string[] {
  const whole = renderTree(tasks, options)
  if (whole.length <= rows) return whole
  const active = tasks.filter((task) => task.status !== 'WAITING_ON_DEPENDENCIES' && task.status !== 'FINISHED')
  const shown = renderTree(active, options).slice(0, Math.max(1, rows - 1))
  return [...shown, options.look.paint('quiet', `  ... ${tasks.length} tasks in all`)]
}

function renderTask(task: TaskView, width: number, { look, now, columns = Infinity }: TreeOptions): string {
  const [glyph, style] = signOf(task)
  const label = labelOf(task).padEnd(width)
  const words = detailsOf(task, now).join(` ${look.glyph('dot')} `)
  const room = Math.max(10, columns - label.length - 8)
  return `${look.paint(style, look.glyph(glyph))} ${label}  ${look.paint(hasFailed(task) ? 'bad' : 'quiet', cut(words, room))}`.trimEnd()
}

function detailsOf(task: TaskView, now: Date): string[] {
  const { status, startTime, endTime, attempt, error, reason, progress } = task
  const running = status === 'RUNNING' || status === 'CREATING' || status === 'SHUTTING_DOWN'
  const took = startTime && (endTime ?? (running ? now : undefined))
  const words = [
    hasFailed(task) || status === 'SKIPPED' ? status : '',
    took && status !== 'SKIPPED' ? formatDuration(took.getTime() - startTime.getTime()) : '',
    attempt > 1 ? `attempt ${attempt}` : '',
    progress
      ? formatProgress(status === 'RUNNING' ? progress : { ...progress, note: undefined, rowsTotal: undefined, bytesTotal: undefined })
      : '',
    reason ? waitWords(reason) : '',
    error !== undefined && !running && status !== 'FINISHED' ? oneLine(error) : '',
  ]
  return words.filter(Boolean)
}

/** A precondition that several wait for has an instance for each. */
function labelOf({ componentId, referrerId, family }: TaskView): string {
  return family === 'precondition' && referrerId ? `${componentId} (for ${referrerId})` : componentId
}

function signOf({ status, reason }: TaskView): readonly [GlyphName, Style] {
  if (reason?.code === 'RETRY_DELAY') return ['retry', 'active']
  return signs[status]
}

const signs: Readonly<Record<InstanceStatus, readonly [GlyphName, Style]>> = {
  SCHEDULED: ['waiting', 'quiet'],
  WAITING_ON_DEPENDENCIES: ['waiting', 'quiet'],
  WAITING_FOR_RUNNER: ['waiting', 'active'],
  CREATING: ['running', 'active'],
  RUNNING: ['running', 'active'],
  SHUTTING_DOWN: ['running', 'active'],
  FINISHED: ['finished', 'good'],
  FAILED: ['failed', 'bad'],
  CASCADE_FAILED: ['failed', 'bad'],
  TIMEDOUT: ['failed', 'bad'],
  CANCELED: ['canceled', 'bad'],
  SKIPPED: ['canceled', 'quiet'],
}

/** A message of several lines as one, cut where it would fill the screen. */
export function oneLine(text: string): string {
  return cut(text.trim().replaceAll(/\s*\n\s*/g, ' '), 300)
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 3)}...`
}
