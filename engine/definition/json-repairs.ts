import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'
import type { SourceRange } from './source-range.ts'

/** What published definitions have that JSON does not, and what is made of it. */
const repairs = {
  lineBreak: ['a line break inside a string', 'was kept as one', 'Write it as \\n.'],
  controlCharacter: ['a tab inside a string', 'was kept as one', 'Write it as \\t.'],
  trailingComma: ['a comma with nothing behind it', 'was dropped', 'Remove it.'],
  comment: ['a comment', 'is not kept', 'Use a field such as myComment, or the YAML form.'],
} as const

/** Kinds of repair. */
export type JsonRepair = keyof typeof repairs

/** Counts the repairs of a text, so that each sort is told once, at its first place. */
export class JsonRepairs {
  readonly #found = new Map<JsonRepair, { readonly range: SourceRange; count: number }>()

  note(repair: JsonRepair, range: () => SourceRange): void {
    const known = this.#found.get(repair)
    if (known) known.count++
    else this.#found.set(repair, { range: range(), count: 1 })
  }

  diagnostics(): Diagnostic[] {
    return [...this.#found].map(([repair, { range, count }]) => {
      const [what, done, hint] = repairs[repair]
      const more = count > 1 ? ` There are ${count} of them.` : ''
      const code = repair === 'comment' ? 'COMMENT_IN_JSON' : 'REPAIRED_JSON'
      return doubt(code, range, `JSON does not allow ${what}: it ${done}.${more}`, `AWS's own CLI refuses the file. ${hint}`)
    })
  }
}
