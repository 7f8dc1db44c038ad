/** The texts that `text` becomes with the values of parameters in place of `#{myName}`: several for a list, none when all of it is an
 *  optional parameter without a value. Names that `isField` knows are left, and so is every other expression. */
export type Substitute = (text: string, isField: (name: string) => boolean) => readonly string[]

/** Values of the parameters by bare id; an empty list is a declared parameter without a value. */
export type ParameterLookup = (id: string) => readonly string[] | undefined

const reference = /(?<!\\)#\{\s*\*?([A-Za-z]\w*)\s*\}/
const references = new RegExp(reference, 'g')
const deepest = 16
/** In characters: what parameters that name parameters may grow to. */
const longest = 65_536

/** Whether the text may hold the name of a parameter. */
export function findParameters(text: string): boolean {
  return reference.test(text)
}

/** The text without each `#{name}` that is no field. */
export function withoutParameters(text: string, isField: (name: string) => boolean): string {
  return text.replace(references, (found, name: string) => (isField(name) ? found : ''))
}

/** Replaces parameters, also those in the values of parameters, to a depth of 16. What grows past 64 KiB is left as it stands, for the
 *  evaluation to refuse. */
export function substituteWith(lookup: ParameterLookup): Substitute {
  return (text, isField) => {
    let texts: readonly string[] = [text]
    for (let depth = 0; depth < deepest; depth++) {
      const next = texts.flatMap((each) => once(each, (name) => (isField(name) ? undefined : lookup(name))))
      if (next.length > longest || next.reduce((sum, each) => sum + each.length, 0) > longest) return texts
      if (next.length === texts.length && next.every((each, at) => each === texts[at])) return next
      texts = next
    }
    return texts
  }
}

function once(text: string, lookup: ParameterLookup): readonly string[] {
  const [first, only = ''] = reference.exec(text) ?? []
  if (first?.length === text.length) return lookup(only) ?? [text]
  let room = longest
  const fill = (found: string, name: string): string => {
    const values = lookup(name)
    // a list inside a longer text is rare where literals are asked for: evaluation spreads it out
    if (!values || values.length > 1) return found
    const value = values[0] ?? ''
    room -= value.length
    return room < 0 ? found : value
  }
  return [text.replace(references, fill)]
}
