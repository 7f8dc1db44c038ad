import type { FieldKind } from '../spec/field.ts'
import { quote } from './write-json.ts'

/** The text as a key: plain where nothing else could be read. */
export function writeKey(text: string): string {
  return /^[A-Za-z_][\w.-]*$/.test(text) && !isWord(text) ? text : quote(text)
}

/** The text as a value, its further lines indented by `indent` blanks: plain, in double quotes on one line, or for several lines a block.
 *  Numbers, dates and booleans stay plain where the declaration asks for one. */
export function writeText(text: string, indent: number, kind?: FieldKind): string {
  if (mayBeBlock(text)) return blockText(text, indent)
  const bare = kind !== undefined && plainKinds.has(kind) ? /^\w/.test(text) && !isNothing(text) : !looksLikeAnother(text)
  return bare && mayBePlain(text) ? text : quote(text)
}

/** The text as an entry of `[...]` or `{...}`. */
export function writeFlowText(text: string): string {
  return writeKey(text)
}

const plainKinds: ReadonlySet<FieldKind> = new Set(['integer', 'double', 'boolean', 'period', 'datetime'])

/** No `#`, which could begin a comment; no sign at the beginning that means something; no blank or colon at the end. */
function mayBePlain(text: string): boolean {
  return /^[\p{L}\p{N}_./$(](?:[\p{L}\p{M}\p{N}\p{P}\p{S} ]*[\p{L}\p{M}\p{N}\p{P}\p{S}])?$/u.test(text) && !/#|:( |$)/.test(text)
}

/** Whether some YAML reader takes it for nothing, a boolean, a number or a date. Our own knows only text and nothing. */
function looksLikeAnother(text: string): boolean {
  return isWord(text) || (/^[\d.]/.test(text) && !/^\d+ [a-z]+$|^\.{0,2}\//i.test(text))
}

function isWord(text: string): boolean {
  return isNothing(text) || /^(true|false|yes|no|on|off|y|n)$/i.test(text)
}

function isNothing(text: string): boolean {
  return /^(null|~)?$/i.test(text)
}

/** Several lines that begin at the left edge and end in nothing that an editor would strip. */
function mayBeBlock(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return /^\S[^]*\n/.test(text) && /\S\n?$/.test(text) && !/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/.test(text)
}

function blockText(text: string, indent: number): string {
  const ended = text.endsWith('\n')
  const lines = (ended ? text.slice(0, -1) : text).split('\n')
  const margin = ' '.repeat(indent)
  return [ended ? '|' : '|-', ...lines.map((line) => (line === '' ? '' : margin + line))].join('\n')
}
