import type { LayoutText } from './layout-tree.ts'
import { quote } from './write-json.ts'
import { writeKey, writeText } from './write-yaml-text.ts'

/** How far a collection in brackets or a line of a folded text goes. */
export const widest = 100

/** The text as a key: on one line, and without quotes where it may be. */
export function layoutKey({ style, wrapped, text }: LayoutText): string {
  return style === 'plain' && !wrapped ? text : writeKey(text)
}

/** The text within brackets; undefined when its author wrote a block. */
export function layoutFlowText({ style, wrapped, text }: LayoutText): string | undefined {
  if (style === 'literal' || style === 'folded') return undefined
  if (style === 'plain' && !wrapped) return text
  const written = oneLine(text)
  return /^["']/.test(written) || !/[,[\]{}]/.test(written) ? written : quote(text)
}

/** The lines of a value: the first stands behind its key, the others `indent` blanks from the left. Several lines are a block; a long
 *  line that the author broke is broken again. `room` is what fits behind the key. */
export function layoutValue({ style, wrapped, text, lines = [] }: LayoutText, indent: number, room: number): string[] {
  if (mayBeBlock(text)) {
    if (style === 'folded') return block('>', lines, text, indent)
    if (style === 'literal' || text.includes('\n')) return block('|', text.split('\n'), text, indent)
  }
  const written = style === 'plain' && !text.includes('\n') ? text : oneLine(text)
  return wrapped && written.length > room && mayBeFolded(text) ? block('>', filled(text, indent), text, indent) : [written]
}

/** Without quotes where no YAML reader could take it for something else; single quotes save backslashes. */
function oneLine(text: string): string {
  const written = text.includes('\n') ? quote(text) : writeText(text, 0)
  return written.startsWith('"') && /["\\]/.test(text) && !text.includes("'") && isVisible(text) ? `'${text}'` : written
}

/** What ends in blanks cannot be seen to do so. */
function mayBeBlock(text: string): boolean {
  return /\S\n*$/.test(text) && isVisible(text.replaceAll('\n', ''))
}

/** `>` reads a line break as a blank, so the text is broken at single blanks. */
function mayBeFolded(text: string): boolean {
  return /^\S+( \S+)*$/.test(text) && isVisible(text)
}

function isVisible(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return !/[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text)
}

/** Ends in an empty line only when the text ends in several line breaks: an empty line more would be one more of them. */
function block(sign: '|' | '>', lines: readonly string[], text: string, indent: number): string[] {
  const body = lines.slice(0, lines.findLastIndex((line) => line.trim() !== '') + 1)
  const breaks = /\n*$/.exec(text)?.[0].length ?? 0
  const begin = body.slice(0, body.findIndex((line) => line.trim() !== '') + 1)
  const indicator = begin.some((line) => line.startsWith(' ')) ? '2' : ''
  const chomping = breaks === 0 ? '-' : breaks === 1 ? '' : '+'
  const margin = ' '.repeat(indent)
  return [
    `${sign}${indicator}${chomping}`,
    ...body.map((line) => (line === '' ? '' : margin + line)),
    ...Array.from({ length: Math.max(0, breaks - 1) }, () => ''),
  ]
}

function filled(text: string, indent: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || indent + last.length + 1 + word.length > widest) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
