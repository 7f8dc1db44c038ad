import type { Terminal } from '../terminal.ts'
import type { ImportPresenter } from './presenter.ts'
import { mayRun, type Imported, type Outcome } from './outcome.ts'
import { pipelineFacts } from './pipeline-facts.ts'

/** One JSON object a line: a pipeline with the fate of every field, or a failure; at the end the summary. */
export function jsonPresenter({ print }: Pick<Terminal, 'print'>): ImportPresenter {
  const say = (line: object): void => print(JSON.stringify(line))
  return {
    ended: (outcome) => say(event(outcome)),
    summary(outcomes, notTried) {
      const imported = outcomes.filter((outcome) => outcome.kind === 'imported')
      const of = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length
      const mayRunNow = imported.filter(mayRun).length
      say({ event: 'summary', imported: imported.length, mayRun: mayRunNow, empty: of('empty'), failed: of('failed'), notTried })
    },
  }
}

function event(outcome: Outcome): object {
  if (outcome.kind === 'imported') return importedEvent(outcome)
  if (outcome.kind === 'empty') return { event: 'empty', pipeline: outcome.origin, message: outcome.message }
  const { message, hint, exitCode } = outcome.error
  return { event: 'failed', pipeline: outcome.origin, message, hint, exitCode }
}

function importedEvent(imported: Imported): object {
  const { source, file, unchanged, fates, diagnostics, valuesNeeded, advice } = imported
  const { origin, name, description, pipeline } = source
  const facts = (of: 'pipeline' | 'tag') =>
    pipeline && Object.fromEntries(pipelineFacts(pipeline).flatMap((fact) => (fact.of === of ? [[fact.name, fact.text]] : [])))
  return {
    event: 'imported',
    pipeline: origin,
    name,
    description,
    file,
    unchanged,
    mayRun: mayRun(imported),
    state: facts('pipeline'),
    tags: facts('tag'),
    valuesNeeded,
    advice,
    fields: fates,
    diagnostics: diagnostics.map(({ range, ...said }) => ({ line: range?.line, column: range?.column, ...said })),
  }
}
