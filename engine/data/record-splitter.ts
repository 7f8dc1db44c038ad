import type { DelimitedEncoding } from './delimited-encoding.ts'

/** Whole records at the head of a text, and what is left: an unfinished record, or nothing at the end. */
export type Split = (text: string, atEnd: boolean) => { rows: (string | null)[][]; rest: string; problem?: string }

/** Where a field ended: its value, the place after it, and what stood there. */
interface Field {
  value: string | null
  next: number
  end: 'column' | 'record' | 'text'
  problem?: string
}

/** A function that cuts text into records. It keeps nothing between calls, so an unfinished record is given again with more text. */
export function recordSplitter(encoding: DelimitedEncoding): Split {
  const readField = fieldReader(encoding)
  return (text, atEnd) => {
    const rows: (string | null)[][] = []
    const field: Field = { value: null, next: 0, end: 'column' }
    let start = 0
    while (start < text.length) {
      const row: (string | null)[] = []
      field.next = start
      field.end = 'column'
      while (field.end === 'column') {
        readField(text, field, atEnd)
        row.push(field.value)
      }
      if (field.end === 'text' && !atEnd) break
      if (field.problem) return { rows, rest: '', problem: field.problem }
      rows.push(row)
      start = field.next
    }
    return { rows, rest: start ? text.slice(start) : text }
  }
}

/** Reads the field at `field.next` into `field`. Plain separators of one character each take the short way. */
function fieldReader({ columnSeparator, recordSeparator, quote, escape, nullText }: DelimitedEncoding) {
  const column = columnSeparator.charCodeAt(0)
  const record = recordSeparator.charCodeAt(0)
  const quoteCode = quote?.charCodeAt(0) ?? -1
  const escapeCode = escape?.charCodeAt(0) ?? -1
  const takesCrLf = recordSeparator === '\n'
  const longColumn = columnSeparator.length > 1
  const longRecord = recordSeparator.length > 1

  return function read(text: string, field: Field, atEnd: boolean): void {
    if (text.charCodeAt(field.next) === quoteCode && field.next < text.length) return readQuoted(text, field, atEnd)
    const start = field.next
    let from = start
    let unescaped = ''
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === escapeCode) {
        unescaped += text.slice(from, at)
        from = ++at
      } else if (code === column && (!longColumn || text.startsWith(columnSeparator, at))) {
        return end(text, field, start, from, at, unescaped, 'column')
      } else if (code === record && (!longRecord || text.startsWith(recordSeparator, at))) {
        return end(text, field, start, from, at, unescaped, 'record')
      } else if (code === quoteCode && !field.problem) {
        field.problem = 'has a quote inside an unquoted field. Quote the whole field and double the quote.'
      }
    }
    end(text, field, start, from, text.length, unescaped, 'text')
  }

  function end(text: string, field: Field, start: number, from: number, at: number, unescaped: string, how: Field['end']): void {
    const isEscaped = at - 1 === from && from !== start
    const crLf = takesCrLf && how === 'record' && at > from && !isEscaped && text.charCodeAt(at - 1) === 13
    const until = crLf ? at - 1 : at
    const raw = until - start === nullText.length && text.startsWith(nullText, start)
    field.value = raw ? null : from === start ? text.slice(start, until) : unescaped + text.slice(from, until)
    finish(field, at, how)
  }

  function finish(field: Field, at: number, how: Field['end']): void {
    field.next = how === 'column' ? at + columnSeparator.length : how === 'record' ? at + recordSeparator.length : at
    field.end = how
  }

  function readQuoted(text: string, field: Field, atEnd: boolean): void {
    let from = field.next + 1
    let value = ''
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const doubled = code === quoteCode && text.charCodeAt(at + 1) === quoteCode
      if (doubled || (code === escapeCode && escapeCode !== quoteCode)) {
        value += text.slice(from, at)
        from = ++at // the next character stands for itself
      } else if (code === quoteCode) {
        field.value = value + text.slice(from, at)
        return afterQuote(text, field, at + 1, atEnd)
      }
    }
    field.problem ??= 'opens a quote that is never closed.'
    finish(field, text.length, 'text')
  }

  function afterQuote(text: string, field: Field, at: number, atEnd: boolean): void {
    if (at >= text.length) return finish(field, at, 'text')
    if (text.startsWith(columnSeparator, at)) return finish(field, at, 'column')
    if (text.startsWith(recordSeparator, at)) return finish(field, at, 'record')
    if (takesCrLf && text.startsWith('\r\n', at)) return finish(field, at + 1, 'record')
    const undecided = !atEnd && text.length - at < Math.max(2, columnSeparator.length, recordSeparator.length)
    if (!undecided) field.problem ??= 'has text after a closing quote.'
    finish(field, text.length, undecided ? 'text' : 'record')
  }
}
