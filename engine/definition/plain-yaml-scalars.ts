import { isBlank, isFlowSign, isLineBreak, sign, type PlainYamlCursor } from './plain-yaml-cursor.ts'
import type { SourceNothing, SourceScalar } from './source-tree.ts'

/** A text on one line: plain, or in either quotes. `inFlow`: inside brackets, whose signs end a plain text. */
export function readScalar(cursor: PlainYamlCursor, inFlow: boolean): SourceScalar | SourceNothing {
  cursor.countValue()
  switch (cursor.peek()) {
    case sign.doubleQuote:
      return readDoubleQuoted(cursor)
    case sign.singleQuote:
      return readSingleQuoted(cursor)
    default:
      return readPlain(cursor, inFlow)
  }
}

function readPlain(cursor: PlainYamlCursor, inFlow: boolean): SourceScalar | SourceNothing {
  if (!mayBeginPlain(cursor.peek(), cursor.peek(1))) cursor.leave()
  const start = cursor.at
  cursor.at = endOfPlain(cursor, inFlow)
  const text = cursor.text.slice(start, cursor.at)
  const range = cursor.sinceOffset(start)
  return nothing.has(text) ? { kind: 'nothing', range } : { kind: 'text', text, range }
}

const nothing: ReadonlySet<string> = new Set(['~', 'null', 'Null', 'NULL'])
const indicators: ReadonlySet<number> = new Set(Array.from(',[]{}#&*!|>\'"%@`?:\uFEFF', (indicator) => indicator.charCodeAt(0)))

function mayBeginPlain(first: number, second: number): boolean {
  if (first === sign.dash) return !isBlank(second) && !isFlowSign(second)
  return !isBlank(first) && !indicators.has(first)
}

/** The offset behind the last sign of the plain text at the cursor: blanks behind it are no part of it, a `#` or `:` within may be. */
function endOfPlain(cursor: PlainYamlCursor, inFlow: boolean): number {
  const { text } = cursor
  let end = cursor.at
  for (let at = end; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isLineBreak(code)) break
    if (code === sign.tab) cursor.leave()
    if (code === sign.space) continue
    if (code === sign.hash && end < at) break
    if (code === sign.colon && endsKey(text.charCodeAt(at + 1), inFlow)) break
    if (inFlow && isFlowSign(code)) break
    end = at + 1
  }
  return end
}

/** Whether the colon before `next` is one between a key and its value. */
export function endsKey(next: number, inFlow: boolean): boolean {
  return isBlank(next) || (inFlow && isFlowSign(next))
}

function readSingleQuoted(cursor: PlainYamlCursor): SourceScalar {
  const { text, at: start } = cursor
  let end = text.indexOf("'", start + 1)
  while (end !== -1 && text.charCodeAt(end + 1) === sign.singleQuote) end = text.indexOf("'", end + 2)
  const inside = within(cursor, end)
  return { kind: 'text', text: inside.replaceAll("''", "'"), range: cursor.sinceOffset(start) }
}

function readDoubleQuoted(cursor: PlainYamlCursor): SourceScalar {
  const { text, at: start } = cursor
  let escaped = false
  let end = start + 1
  for (; text.charCodeAt(end) !== sign.doubleQuote; end++) {
    if (text.charCodeAt(end) === sign.backslash) {
      escaped = true
      end++
    } else if (!(end < text.length) || text.charCodeAt(end) === sign.lineFeed) cursor.leave()
  }
  const inside = within(cursor, end)
  return { kind: 'text', text: escaped ? unescaped(inside, cursor) : inside, range: cursor.sinceOffset(start) }
}

/** What stands between the quote at the cursor and the one at `end`, which the cursor goes behind. */
function within(cursor: PlainYamlCursor, end: number): string {
  const inside = cursor.text.slice(cursor.at + 1, end)
  if (end === -1 || inside.includes('\n')) cursor.leave()
  cursor.at = end + 1
  return inside
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  [' ', ' '],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

/** The escapes of JSON; those that only YAML knows are rare, and outside. */
function unescaped(inside: string, cursor: PlainYamlCursor): string {
  const text = inside.replaceAll(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, hex: string | undefined, short: string) =>
    hex === undefined ? (escapes.get(short) ?? cursor.leave()) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
  if (text.includes('\0') || !text.isWellFormed()) cursor.leave()
  return text
}
