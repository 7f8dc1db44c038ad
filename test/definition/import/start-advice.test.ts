import { expect, test } from 'vitest'
import type { AwsField } from '../../../engine/clients/data-pipeline.ts'
import { startAdvice } from '../../../engine/definition/import/start-advice.ts'
import { text } from '../../support/aws-shape.ts'

const dated = [text('type', 'Schedule'), text('startDateTime', '2015-01-01T00:00:00')]
const ran = text('@latestRunTime', '2024-01-02T00:00:00')
const next = text('@nextRunTime', '2024-01-03T00:00:00')

test.each<[string, AwsField[], AwsField[], string | undefined]>([
  ['that is to go on', dated, [ran, next], 'set daily.startDateTime to 2024-01-03T00:00:00'],
  ['that AWS will not run again', dated, [ran], 'set daily.startDateTime to the first interval that AWS has not run.'],
  ['that never ran', dated, [next], undefined],
  ['that begins with its activation', [text('startAt', 'FIRST_ACTIVATION_DATE_TIME')], [ran, next], undefined],
])('a pipeline %s', (_what, schedule, state, advice) => {
  const definition = { objects: [{ id: 'daily', name: 'daily', fields: schedule }], parameters: [], values: [] }
  const said = startAdvice(definition, { id: 'df-1', name: 'n', fields: state, tags: [] })
  expect(said ?? 'nothing').toContain(advice ?? 'nothing')
})
