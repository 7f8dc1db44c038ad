import { writeKey, writeText } from '../../definition/write-yaml-text.ts'
import type { Period } from '../../spec/period.ts'
import type { ParameterValues } from '../read-options.ts'
import { changeSchedule } from './change-schedule.ts'
import { dropSection, joinSections, putSection, splitSections, type Section } from './sections.ts'
import { stillTrueTests } from './still-true-tests.ts'

export interface Filling {
  readonly name: string
  /** By bare parameter id; secrets are not among them. */
  readonly values: ParameterValues
  /** Absent: as the template has it. */
  readonly schedule?: Period | 'on demand'
}

/** The template's text with name, values and schedule filled in. Everything else stays as it is, comments included; of its tests stay
 *  those that are true of the new file as well. */
export function fillTemplate(text: string, { name, values, schedule }: Filling): string {
  let sections = splitSections(text)
  sections = putSection(sections, { key: 'name', text: `name: ${writeText(name, 2)}\n` }, 'sluice')
  if (Object.keys(values).length > 0) sections = putSection(sections, valuesSection(values), 'parameters')
  if (schedule) sections = changeSchedule(sections, schedule)
  return joinSections(withTests(sections, values, schedule !== undefined))
}

function valuesSection(values: ParameterValues): Section {
  const lines = Object.entries(values).map(([id, texts]) => `  ${writeKey(id)}:${oneOrList(texts)}\n`)
  return { key: 'values', text: `\nvalues:\n${lines.join('')}` }
}

function oneOrList(texts: readonly string[]): string {
  const [only] = texts
  if (texts.length === 1 && only !== undefined) return ` ${writeText(only, 4)}`
  return texts.map((text) => `\n    - ${writeText(text, 6)}`).join('')
}

function withTests(sections: Section[], values: ParameterValues, anotherSchedule: boolean): Section[] {
  const tests = sections.find(({ key }) => key === 'tests')
  const text = tests && !anotherSchedule ? stillTrueTests(tests.text, new Set(Object.keys(values))) : undefined
  return text === undefined ? dropSection(sections, 'tests') : putSection(sections, { key: 'tests', text }, 'tests')
}
