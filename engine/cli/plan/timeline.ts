import stringWidth from 'string-width'
import { boundary } from '../../spec/boundaries.ts'
import { instancesOf, type Track } from '../../scheduler/forecast/count-instances.ts'
import type { Look } from '../view/look.ts'
import type { PlanView } from './plan-view.ts'
import { timeAxis, type TimeScale } from './time-axis.ts'

/** A row for each component, in dependency order: bars are its intervals, marks its due times. At most `columns` wide, and nothing at all
 *  where that is too narrow or where there is only one instant. */
export function renderTimeline({ tracks }: Pick<PlanView, 'tracks'>, columns: number, look: Look): string[] {
  const scheduled = tracks.flatMap((track) => (track.schedule ? [{ ...track, schedule: track.schedule }] : []))
  const counts = scheduled.map((track) => `x${instancesOf(track).toLocaleString('en-US')}`)
  const nameWidth = Math.min(Math.floor(columns / 3), Math.max(0, ...scheduled.map(({ name }) => stringWidth(name))))
  const width = columns - nameWidth - 2 - Math.max(0, ...counts.map(({ length }) => length)) - 1
  if (scheduled.length === 0 || width < narrowest) return []
  const scale = scaleOf(scheduled, width)
  const bars = scheduled.map((track) => bar(track, scale, look))
  const margin = ' '.repeat(nameWidth + 2)
  return [
    `${margin}${look.paint('quiet', timeAxis(scale))}`.trimEnd(),
    ...scheduled.map((track, at) => {
      const name = fit(track.name, nameWidth)
      return `${look.paint(track.isTask ? 'strong' : 'quiet', name.trimEnd())}${name.slice(name.trimEnd().length)}  ${paint(bars[at] ?? '', look)} ${counts[at] ?? ''}`
    }),
    look.paint('quiet', `${margin}${legend(bars, look)}`.slice(0, columns)),
  ]
}

const narrowest = 16

type ScheduledTrack = Track & { readonly schedule: NonNullable<Track['schedule']> }

function scaleOf(tracks: readonly ScheduledTrack[], width: number): TimeScale {
  const begin = Math.min(...tracks.map((track) => timeOf(track, track.first)))
  const end = Math.max(...tracks.map((track) => timeOf(track, track.last + 1)))
  return { begin, end, width }
}

function timeOf({ schedule }: ScheduledTrack, index: number): number {
  return (boundary(schedule, index) ?? schedule.anchor).getTime()
}

function columnOf({ begin, end, width }: TimeScale, time: number): number {
  return Math.min(width - 1, Math.floor(((time - begin) / (end - begin)) * (width - 1)))
}

/** Intervals that stand apart have an edge and a due mark each; closer ones run together. */
function bar(track: ScheduledTrack, scale: TimeScale, look: Look): string {
  const cells = Array.from({ length: scale.width }, () => ' ')
  const column = (index: number): number => columnOf(scale, timeOf(track, index))
  const fill = (from: number, to: number, glyph: string): void => void cells.fill(glyph, from, Math.max(from + 1, to))
  if (column(track.last + 1) - column(track.first) < 2 * instancesOf(track)) {
    fill(column(track.first), column(track.last + 1), look.glyph('dense'))
    return cells.join('')
  }
  for (let index = track.first; index <= track.last; index++) {
    fill(column(index), column(index + 1), look.glyph('bar'))
    cells[column(index)] = look.glyph('edge')
  }
  for (let index = track.first; index <= track.last; index++) cells[column(track.dueAt === 'end' ? index + 1 : index)] = look.glyph('due')
  return cells.join('')
}

function paint(cells: string, look: Look): string {
  const due = look.glyph('due')
  return cells
    .split(due)
    .map((part) => look.paint('quiet', part))
    .join(look.paint('active', due))
}

function legend(bars: readonly string[], look: Look): string {
  const [edge, line, due, dense] = [look.glyph('edge'), look.glyph('bar'), look.glyph('due'), look.glyph('dense')]
  const words = [`${edge}${line}${line} interval`, `${due} due`]
  if (bars.some((cells) => cells.includes(dense))) words.push(`${dense}${dense} too close to tell apart`)
  return words.join('   ')
}

/** Exactly as wide as asked. */
function fit(text: string, width: number): string {
  let shown = text
  while (stringWidth(shown) > width) shown = `${shown.slice(0, -4)}...`
  return shown + ' '.repeat(width - stringWidth(shown))
}
