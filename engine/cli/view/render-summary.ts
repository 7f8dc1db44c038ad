import type { Failure, RunSummary, TaskSummary, WrittenPlace } from '../run/summary.ts'
import { formatBytes, formatRows } from './format-amount.ts'
import { formatDuration } from './format-duration.ts'
import { formatInterval } from './format-time.ts'
import type { Look } from './look.ts'
import { oneLine } from './render-tree.ts'
import { failedStatuses } from './task-view.ts'

/** The end of a run for a person: what each task did, what was written where, and for a failure what to do next. */
export function renderSummary(summary: RunSummary, look: Look): string[] {
  const { status, pipelineId, written, failures, blocked, unplanned, again, pendingActions } = summary
  return [
    headline(summary, look),
    ...taskLines(summary.tasks),
    ...section('written', written, (place) => [writtenLine(place, look)]),
    ...section('failed', failures.filter(isCause), (failure) => failureLines(failure, pipelineId)),
    ...section('never ran', neverRan(failures, blocked), (line) => [line]),
    ...(unplanned ? ['Later intervals were not begun: they wait for room, which the tasks above take (maxActiveInstances).'] : []),
    ...(status === 'FAILED' ? [`again, once it is mended: ${again}`] : []),
    ...(pendingActions > 0
      ? [`${pendingActions} notifications are not sent yet: the next \`sluice up\` or \`sluice run\` tries again.`]
      : []),
  ]
}

function headline({ status, name, pipelineId, durationMs, counts }: RunSummary, look: Look): string {
  const said = look.paint(status === 'FINISHED' ? 'good' : 'bad', status)
  return `${look.paint('strong', name)} ${said} in ${formatDuration(durationMs)}: ${countWords(counts) || 'no interval to run'} (${pipelineId})`
}

/** `3 FINISHED, 1 FAILED`: what went well first. */
export function countWords(counts: Readonly<Record<string, number>>): string {
  const rank = (status: string): number => (failedStatuses as readonly string[]).indexOf(status)
  return Object.entries(counts)
    .toSorted(([a], [b]) => rank(a) - rank(b) || Number(b === 'FINISHED') - Number(a === 'FINISHED') || a.localeCompare(b))
    .map(([status, count]) => `${count} ${status}`)
    .join(', ')
}

function taskLines(tasks: readonly TaskSummary[]): string[] {
  const width = Math.max(0, ...tasks.map(({ task }) => task.length))
  return tasks.map(({ task, counts, rows, bytes }) => {
    const amounts = [rows === undefined ? '' : formatRows(rows), bytes === undefined ? '' : formatBytes(bytes)]
    return `  ${task.padEnd(width)}  ${[countWords(counts), ...amounts].filter(Boolean).join(', ')}`
  })
}

function writtenLine({ node, place, path, rows }: WrittenPlace, look: Look): string {
  const where = path === undefined ? '' : ` ${look.glyph('arrow')} ${path}`
  return `  ${node}  ${place}${where}${rows === undefined ? '' : ` (${formatRows(rows)})`}`
}

/** What failed by itself, not because of something else. */
function isCause({ status }: Failure): boolean {
  return status !== 'CASCADE_FAILED'
}

function failureLines({ task, interval, status, attempts, message, log }: Failure, pipelineId: string): string[] {
  const when = formatInterval(new Date(interval))
  const tries = attempts > 1 ? ` after ${attempts} attempts` : ''
  return [
    `  ${task} ${when}: ${status}${tries}${message ? `: ${oneLine(message)}` : ''}`,
    ...(log === undefined ? [] : [`    full log: ${log}`]),
    `    look:     sluice logs ${pipelineId} ${task} --interval ${when}`,
  ]
}

function neverRan(failures: readonly Failure[], blocked: RunSummary['blocked']): string[] {
  const cascade = failures.filter((failure) => !isCause(failure))
  return [
    ...cascade.map(({ task, interval }) => `  ${task} ${formatInterval(new Date(interval))}: something it depends on failed`),
    ...blocked.map(({ task, interval, waitsFor }) => `  ${task} ${formatInterval(new Date(interval))}: it waits for ${waitsFor}`),
  ]
}

/** The longest lists that are printed whole; `sluice runs` and `--json` have all. */
const mostEntries = 20

function section<Entry>(title: string, entries: readonly Entry[], linesOf: (entry: Entry) => readonly string[]): string[] {
  if (entries.length === 0) return []
  const more = entries.length - mostEntries
  return [`${title}:`, ...entries.slice(0, mostEntries).flatMap(linesOf), ...(more > 0 ? [`  ... and ${more} more`] : [])]
}
