import stringWidth from 'string-width'
import type { GridCell } from '../../store/grid.ts'
import { formatInterval } from './format-time.ts'
import type { GlyphName, Look, Style } from './look.ts'

/** One row of a grid: a task, and what became of it in each interval. */
export interface GridRow {
  readonly name: string
  /** `HEALTHY`, `ERROR`, or nothing when nothing has ended. */
  readonly health: 'HEALTHY' | 'ERROR' | undefined
  readonly paused: boolean
  readonly cells: ReadonlyMap<number, GridCell>
}

export interface Grid {
  /** Starts of the intervals, in milliseconds, oldest first. */
  readonly intervals: readonly number[]
  readonly rows: readonly GridRow[]
}

export interface GridOptions {
  readonly look: Look
  /** Signs and colours when a person watches; else letters. */
  readonly isTerminal: boolean
  /** More intervals than fit are left out, the oldest first; undefined for all. */
  readonly columns: number | undefined
}

/** Tasks down, intervals across, the newest on the right, a sign for each run; below it what the signs mean. */
export function renderGrid({ intervals, rows }: Grid, { look, isTerminal, columns }: GridOptions): string[] {
  const labels = rows.map(({ name, paused }) => `${name}${paused ? ' (paused)' : ''}`)
  const width = Math.max(0, ...labels.map((label) => stringWidth(label)))
  const room = columns === undefined ? intervals.length : Math.max(1, columns - width - 6)
  const shown = intervals.slice(-room)
  const used = new Set<CellState>()
  const lines = rows.map(({ health, cells }, index) => {
    const label = labels[index] ?? ''
    const mark =
      health === undefined ? ' ' : look.paint(health === 'ERROR' ? 'bad' : 'good', look.glyph(health === 'ERROR' ? 'failed' : 'finished'))
    const signs = shown.map((time) => {
      const state = stateOf(cells.get(time))
      if (state) used.add(state)
      return state ? signOf(state, look, isTerminal) : ' '
    })
    return `  ${mark} ${label}${' '.repeat(width - stringWidth(label))}  ${signs.join('')}`.trimEnd()
  })
  return [axis(shown, intervals.length - shown.length, width), ...lines, ...legend(used, look, isTerminal)]
}

type CellState = GridCell['status'] | 'RETRY'

function stateOf(cell: GridCell | undefined): CellState | undefined {
  return cell?.retries ? 'RETRY' : cell?.status
}

function signOf(state: CellState, look: Look, isTerminal: boolean): string {
  const { glyph, style, letter } = states[state]
  return isTerminal ? look.paint(style, look.glyph(glyph)) : letter
}

/** First and last interval, above their columns when there is room. */
function axis(shown: readonly number[], hidden: number, width: number): string {
  const [first, last] = [shown[0], shown.at(-1)]
  const label = (time: number | undefined): string => (time === undefined ? '' : formatInterval(new Date(time)))
  const more = hidden > 0 ? ` (${hidden} older not shown)` : ''
  const indent = ' '.repeat(width + 6)
  const between = shown.length - label(first).length - label(last).length
  if (between >= 1) return `${indent}${label(first)}${' '.repeat(between)}${label(last)}${more}`
  return shown.length > 1 ? `${indent}${label(first)} to ${label(last)}${more}` : `${indent}${label(first)}${more}`
}

function legend(used: ReadonlySet<CellState>, look: Look, isTerminal: boolean): string[] {
  const entries = (Object.keys(states) as CellState[]).filter((state) => used.has(state))
  return entries.length === 0 ? [] : [`  ${entries.map((state) => `${signOf(state, look, isTerminal)} ${state}`).join('  ')}`]
}

const states: Readonly<Record<CellState, { readonly glyph: GlyphName; readonly style: Style; readonly letter: string }>> = {
  FINISHED: { glyph: 'finished', style: 'good', letter: 'F' },
  FAILED: { glyph: 'failed', style: 'bad', letter: 'X' },
  TIMEDOUT: { glyph: 'failed', style: 'bad', letter: 'T' },
  CANCELED: { glyph: 'canceled', style: 'bad', letter: 'C' },
  CASCADE_FAILED: { glyph: 'cascade', style: 'bad', letter: 'x' },
  SKIPPED: { glyph: 'skipped', style: 'quiet', letter: '-' },
  HELD: { glyph: 'held', style: 'quiet', letter: 'h' },
  SCHEDULED: { glyph: 'dot', style: 'quiet', letter: '.' },
  WAITING_ON_DEPENDENCIES: { glyph: 'waiting', style: 'quiet', letter: 'w' },
  WAITING_FOR_RUNNER: { glyph: 'ready', style: 'active', letter: 'q' },
  RETRY: { glyph: 'retry', style: 'active', letter: 'r' },
  CREATING: { glyph: 'running', style: 'active', letter: 'R' },
  RUNNING: { glyph: 'running', style: 'active', letter: 'R' },
  SHUTTING_DOWN: { glyph: 'running', style: 'active', letter: 'R' },
}
