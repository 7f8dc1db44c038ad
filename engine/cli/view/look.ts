/** What a terminal can show. Both are false for a file or a pipe in a plain locale. */
export interface Abilities {
  readonly colour: boolean
  readonly unicode: boolean
}

export type Style = 'good' | 'bad' | 'active' | 'quiet' | 'strong'
export type GlyphName =
  | 'finished'
  | 'failed'
  | 'running'
  | 'waiting'
  | 'retry'
  | 'canceled'
  | 'cascade'
  | 'skipped'
  | 'held'
  | 'ready'
  | 'arrow'
  | 'dot'
  | 'edge'
  | 'bar'
  | 'dense'
  | 'due'

/** Colours and glyphs as far as the terminal has them. */
export interface Look {
  paint(style: Style, text: string): string
  glyph(name: GlyphName): string
}

export function createLook({ colour, unicode }: Abilities): Look {
  return {
    paint: (style, text) => (colour && text !== '' ? `\u001b[${codes[style]}m${text}\u001b[0m` : text),
    glyph: (name) => (unicode ? signs : asciiSigns)[name],
  }
}

/** Colours on a terminal unless NO_COLOR is set or it is a dumb one; Unicode when the locale is UTF-8.
 *  @see https://no-color.org */
export function abilitiesOf(environment: Readonly<Record<string, string | undefined>>, isTerminal: boolean): Abilities {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || ''
  return { colour: isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb', unicode: /utf-?8/i.test(locale) }
}

const codes: Readonly<Record<Style, string>> = { good: '32', bad: '31', active: '36', quiet: '2', strong: '1' }

const signs: Readonly<Record<GlyphName, string>> = {
  finished: '✔',
  failed: '✖',
  running: '●',
  waiting: '○',
  retry: '↻',
  canceled: '⊘',
  cascade: '✕',
  skipped: '–',
  held: '‖',
  ready: '◌',
  arrow: '→',
  dot: '·',
  edge: '├',
  bar: '─',
  dense: '━',
  due: '●',
}

const asciiSigns: Readonly<Record<GlyphName, string>> = {
  finished: '+',
  failed: 'x',
  running: '*',
  waiting: 'o',
  retry: '~',
  canceled: '-',
  cascade: 'c',
  skipped: 's',
  held: 'h',
  ready: 'q',
  arrow: '->',
  dot: '|',
  edge: '|',
  bar: '-',
  dense: '=',
  due: '*',
}
