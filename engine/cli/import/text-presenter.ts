import type { FieldFate } from '../../definition/import/fate.ts'
import { fateLabel } from '../../definition/import/fate.ts'
import type { Diagnostic } from '../../definition/diagnostic.ts'
import { formatDiagnostic } from '../../definition/diagnostic.ts'
import type { Terminal } from '../terminal.ts'
import { oneLine } from '../view/render-tree.ts'
import { mayRun, type Imported, type Outcome } from './outcome.ts'
import type { ImportPresenter } from './presenter.ts'

/** How much of the report a person wants: what was not kept, or a line for every field. */
export type ReportLength = 'summary' | 'full'

/** Sentences for a person. Failures go to the error output. */
export function textPresenter({ print, note, look }: Pick<Terminal, 'print' | 'note' | 'look'>, length: ReportLength): ImportPresenter {
  return {
    ended(outcome) {
      if (outcome.kind === 'failed') {
        const { message, hint } = outcome.error
        note(`${look.paint('bad', 'failed')} ${message}${hint ? `\n  hint: ${hint}` : ''}`)
      } else if (outcome.kind === 'empty') note(outcome.message)
      else importedLines(outcome, length, look).forEach(print)
    },
    summary: (outcomes, notTried) => print(summaryLine(outcomes, notTried)),
  }
}

function importedLines(imported: Imported, length: ReportLength, look: Terminal['look']): string[] {
  const { source, file, unchanged, fates, diagnostics, valuesNeeded, advice } = imported
  const id = source.pipeline ? ` (${source.pipeline.id})` : ''
  const keptCount = fates.filter(({ fate }) => fate === 'kept').length
  return [
    `${look.paint('strong', oneLine(source.name))}${id} ${look.glyph('arrow')} ${file}${unchanged ? ', which said the same already' : ''}`,
    ...(length === 'full' ? fates.map(fullLine) : [`  kept: ${count(keptCount, 'field')}`, ...groupedLines(fates)]),
    ...(valuesNeeded.length > 0
      ? [`  needs values: ${valuesNeeded.join(', ')}: under values, or with --param ${valuesNeeded[0]}=...`]
      : []),
    ...(advice === undefined ? [] : [`  before it runs: ${advice}`]),
    ...validationLines(diagnostics, length, file),
  ]
}

function fullLine(fate: FieldFate): string {
  return `  ${fate.fate}: ${fateLabel(fate)}${fate.why ? `: ${fate.why}` : ''}`
}

/** One line for all that share their fate and its cause. */
function groupedLines(fates: readonly FieldFate[]): string[] {
  const told = fates.filter(({ fate }) => fate !== 'kept').toSorted((a, b) => (a.fate < b.fate ? -1 : a.fate > b.fate ? 1 : 0))
  return [...Map.groupBy(told, ({ fate, why }) => `${fate} ${why}`).values()].map(
    (group) => `  ${group[0]?.fate}: ${listed(group.map(fateLabel))}: ${group[0]?.why}`,
  )
}

const shown = 8

function listed(labels: readonly string[]): string {
  const more = labels.length - shown
  return more > 0 ? `${labels.slice(0, shown).join(', ')} and ${more} more` : labels.join(', ')
}

/** What the lines about fields have said is not said again. */
const toldBefore: ReadonlySet<string> = new Set([
  'MISSING_PARAMETER',
  'NOT_SUPPORTED_YET',
  'UNKNOWN_TYPE',
  'UNKNOWN_FIELD',
  'FORBIDDEN_FIELD',
  'RUNTIME_FIELD',
])

function validationLines(diagnostics: readonly Diagnostic[], length: ReportLength, file: string): string[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  const verdict = `  validation: ${errors > 0 ? count(errors, 'error') : 'no errors'}${warnings > 0 ? `, ${count(warnings, 'warning')}` : ''}`
  const fresh = length === 'full' ? diagnostics : diagnostics.filter(({ code }) => !toldBefore.has(code))
  const limit = length === 'full' ? Infinity : shown
  const more = fresh.length - limit
  const toldAbove = fresh.length === diagnostics.length ? '' : fresh.length === 0 ? ', told above' : ', some told above'
  return [
    verdict + toldAbove,
    ...fresh.slice(0, limit).map((diagnostic) => `    ${formatDiagnostic(diagnostic).replaceAll('\n', '\n    ')}`),
    ...(more > 0 ? [`    and ${more} more: sluice validate ${file}`] : []),
  ]
}

function summaryLine(outcomes: readonly Outcome[], notTried: number): string {
  const of = (kind: Outcome['kind']): Outcome[] => outcomes.filter((outcome) => outcome.kind === kind)
  const imported = outcomes.filter((outcome) => outcome.kind === 'imported')
  const ready = imported.filter(mayRun).length
  const parts = [
    `${count(imported.length, 'pipeline')} imported`,
    ...(imported.length > 0
      ? [ready === imported.length ? 'ready to run' : `${ready} of them ready to run as ${ready === 1 ? 'it is' : 'they are'}`]
      : []),
    ...(of('empty').length > 0 ? [`${of('empty').length} empty`] : []),
    ...(of('failed').length > 0 ? [`${of('failed').length} failed`] : []),
    ...(notTried > 0 ? [`${notTried} not tried`] : []),
  ]
  return `${parts.join(', ')}.`
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}
