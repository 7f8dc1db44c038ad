import fc from 'fast-check'

/** A text within the plain core of YAML: maps and lists in blocks and brackets, each kind of text, comments and empty lines anywhere. */
export function plainYaml(): fc.Arbitrary<string> {
  return fc.gen().map((value) => {
    const writer = new YamlWriter((many) => value(fc.nat, { max: many - 1 }))
    return writer.document()
  })
}

/** Anybody's edits of `text`: letters and signs of YAML put in and taken out, lines moved, dropped and commented. */
export function editedYaml(text: string): fc.Arbitrary<string> {
  const edit = fc.record({
    kind: fc.constantFrom(...edits),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    sign: fc.constantFrom(...signs),
  })
  return fc.array(edit, { maxLength: 4 }).map((made) => made.reduce((edited, { kind, at, sign }) => kind(edited, at, sign), text))
}

type Edit = (text: string, at: number, sign: string) => string

const edits: readonly Edit[] = [
  (text, at, sign) => splice(text, at, 0, sign),
  (text, at, sign) => splice(text, at, 2, sign),
  (text, at) => splice(text, at, 1, ''),
  (text, at, sign) => onLine(text, at, (line) => [line + sign]),
  (text, at) => onLine(text, at, (line) => [`  ${line}`]),
  (text, at) => onLine(text, at, (line) => [line.replace(/^ {1,2}/, '')]),
  (text, at) => onLine(text, at, () => []),
  (text, at, sign) => onLine(text, at, (line) => [line, `${' '.repeat(sign.length % 7)}# ${sign}`]),
  (text, at, sign) => onLine(text, at, (line) => [`${' '.repeat((sign.length * 2) % 7)}${sign}`, line]),
]

const blocks = [
  '\n',
  '\n\n',
  '\n  ',
  '- ',
  '\n- a\n',
  '|',
  ' |\n  x\n',
  ' >\n\n  x\n   y\n',
  '|+\n',
  'x: \n',
  '\n# c\n',
  '---\n',
  '...\n',
  '\r\n',
  '\t',
]
const inLine = [' ', '#', ' #', ' #{x}', ':', ': ', ',', '[', ']', '{', '}', '{a: b}', '"', "'", '""', '\\', '\\n', '\\u0041', '~', 'null']
const rest = ['? ', '&a ', '*a', '!x ', '%', '@', '`', '<<', 'é', '\ufeff', '\u2028', 'a']
const signs = [...blocks, ...inLine, ...rest]

function splice(text: string, at: number, dropped: number, inserted: string): string {
  const offset = Math.floor(at * text.length)
  return text.slice(0, offset) + inserted + text.slice(offset + dropped)
}

function onLine(text: string, at: number, edit: (line: string) => string[]): string {
  const lines = text.split('\n')
  const number = Math.min(Math.floor(at * lines.length), lines.length - 1)
  return lines.flatMap((line, index) => (index === number ? edit(line) : [line])).join('\n')
}

const words = ['a', 'a b', 's3://x/y', '1 day', '-x', '1.50', 'a#b', 'a:b', "it's", 'é漢😀', '$(x)', 'x "y"', '..', '~', 'null']
const blockWords = [...words, 'a, b', '(a) [b]', 'select * from t', 'a {b}']
const doubleQuoted = ['""', '"a"', '"#{x} # y: z"', '"\\"\\\\ \\u00e9\\ud83d\\ude00\\n\\t"', '"a\tb "', '"[{"']
const quoted = [...doubleQuoted, "''", "'it''s'", "' #{x}: '", "'\\'"]
const keys = ['a', 'type', 'b c', '"a: b"', "'q'", '1', 'a.b', 'é', '"*myPassword"', '"null"', '-k']

/** Draws a number from 0 up to, not including, `many`. */
type Draw = (many: number) => number

class YamlWriter {
  private readonly draw: Draw
  private text = ''

  constructor(draw: Draw) {
    this.draw = draw
  }

  document(): string {
    this.noise()
    if (this.draw(8) === 0) this.text += '---\n'
    this.map(0, 3)
    const text = this.draw(4) === 0 ? this.text.replace(/\n$/, '') : this.text
    return this.draw(6) === 0 ? text.replaceAll('\n', '\r\n') : text
  }

  private pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    return choices[this.draw(choices.length)] as T
  }

  private blanks(): string {
    return this.pick([' ', ' ', ' ', '  ', '    '])
  }

  /** Comment lines and empty lines. */
  private noise(): void {
    if (this.draw(3) > 0) return
    for (let lines = this.draw(3); lines >= 0; lines--) {
      this.text += `${' '.repeat(this.draw(7))}${this.pick(['', '', '#', '# c', '#c: d', '#{x}'])}\n`
    }
  }

  private endLine(): void {
    this.text += `${this.pick(['', '', '', ' ', '  # c', ' #', ' # "c: {'])}\n`
    this.noise()
  }

  private map(indent: number, depth: number): void {
    for (let keysLeft = this.draw(4); keysLeft >= 0; keysLeft--) {
      this.text += ' '.repeat(indent)
      this.entry(indent, depth)
    }
  }

  private entry(indent: number, depth: number): void {
    this.text += `${this.pick(keys)}${this.pick(['', '', '', ' '])}:`
    const below = depth > 0 ? this.draw(5) : 4
    if (below > 1) return this.value(indent)
    this.endLine()
    if (below === 0) this.map(indent + 1 + this.draw(4), depth - 1)
    else this.list(indent + this.draw(3), depth - 1)
  }

  private list(indent: number, depth: number): void {
    for (let items = this.draw(3); items >= 0; items--) {
      this.text += `${' '.repeat(indent)}-`
      this.item(indent, depth)
    }
  }

  private item(indent: number, depth: number): void {
    const below = depth > 0 ? this.draw(5) : 4
    if (below > 2) return this.value(indent)
    if (below === 2) {
      this.endLine()
      return this.map(indent + 1 + this.draw(3), depth - 1)
    }
    const blanks = this.blanks()
    const inner = indent + 1 + blanks.length
    this.text += blanks
    if (below === 0) {
      this.entry(inner, depth - 1)
      if (this.draw(2) === 0) this.map(inner, depth - 1)
    } else {
      this.text += '-'
      this.item(inner, depth - 1)
    }
  }

  /** What stands behind a colon or a dash, with the rest of the line. */
  private value(indent: number): void {
    const kind = this.draw(12)
    if (kind === 0) return this.endLine()
    if (kind === 1) return this.blockText(indent)
    if (kind === 2) this.text += `\n${' '.repeat(indent + 1 + this.draw(4))}`
    else this.text += this.blanks()
    if (kind < 5) this.text += this.pick(quoted)
    else if (kind < 8) this.flow(indent, 2)
    else this.text += this.pick(blockWords)
    this.endLine()
  }

  private blockText(indent: number): void {
    this.text += `${this.blanks()}${this.pick(['|', '>'])}${this.pick(['', '-', '+'])}${this.pick(['', ' ', ' # c'])}\n`
    const margin = indent + 1 + this.draw(4)
    for (let empty = this.draw(3); empty > 1; empty--) this.text += `${' '.repeat(this.draw(margin + 1))}\n`
    for (let lines = this.draw(4); lines >= 0; lines--) {
      const line = this.pick(['a', 'a: b', '# c', '- "', '\tt', 'a  '])
      this.text += `${' '.repeat(margin)}${line}\n`
      if (this.draw(3) === 0) this.text += `${' '.repeat(this.draw(margin + 3))}\n`
      if (lines > 0 && this.draw(4) === 0) this.text += `${' '.repeat(margin)}${this.pick(['  b', ' \tb', ''])}\n`
    }
    this.noise()
  }

  private flow(indent: number, depth: number): void {
    const isMap = this.draw(2) === 0
    this.text += isMap ? '{' : '['
    const items = this.draw(4)
    for (let left = items; left > 0; left--) {
      this.flowBlanks(indent)
      if (isMap) this.flowEntry(indent, depth)
      else this.flowValue(indent, depth)
      this.flowBlanks(indent)
      if (left > 1 || this.draw(4) === 0) this.text += ','
    }
    this.flowBlanks(indent)
    this.text += isMap ? '}' : ']'
  }

  private flowEntry(indent: number, depth: number): void {
    const key = this.pick(keys)
    this.text += key
    const form = this.draw(8)
    if (form === 0) return
    if (form === 1 && key.startsWith('"')) this.text += ':'
    else this.text += `${this.pick(['', ' '])}: `
    this.flowBlanks(indent)
    if (form !== 2) this.flowValue(indent, depth)
  }

  private flowValue(indent: number, depth: number): void {
    const kind = this.draw(4)
    if (kind === 0 && depth > 0) this.flow(indent, depth - 1)
    else this.text += this.pick(kind === 1 ? quoted : words)
  }

  private flowBlanks(indent: number): void {
    this.text += this.pick(['', '', ' ', '  '])
    if (this.draw(8) > 0) return
    if (this.draw(3) === 0) this.text += ' # c'
    this.text += `\n${this.pick(['', '\n', '  # c\n', '  \n'])}${' '.repeat(indent + 1 + this.draw(3))}`
  }
}
