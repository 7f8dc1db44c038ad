/** A top-level section of a template's text, with the comments and blank lines that stand before it. */
export interface Section {
  readonly key: string
  readonly text: string
}

/** The sections in their order; joined, their texts are the whole text again. For the texts of templates, which begin each section at
 *  the left edge and indent what is in it. */
export function splitSections(text: string): Section[] {
  const sections: { key: string; text: string }[] = []
  let between = ''
  for (const line of text.split(/(?<=\n)/)) {
    const key = /^(\w+):/.exec(line)?.[1]
    const open = sections.at(-1)
    if (key !== undefined) sections.push({ key, text: between + line })
    else if (open && /^\s+\S/.test(line)) open.text += between + line
    else {
      between += line
      continue
    }
    between = ''
  }
  const last = sections.at(-1)
  if (last) last.text += between
  return sections
}

export function joinSections(sections: readonly Section[]): string {
  return sections.map(({ text }) => text).join('')
}

/** The sections with this one in the place of its namesake, else behind the section `after`. */
export function putSection(sections: readonly Section[], section: Section, after: string): Section[] {
  if (sections.some(({ key }) => key === section.key)) return sections.map((each) => (each.key === section.key ? section : each))
  return sections.flatMap((each) => (each.key === after ? [each, section] : [each]))
}

export function dropSection(sections: readonly Section[], key: string): Section[] {
  return sections.filter((each) => each.key !== key)
}
