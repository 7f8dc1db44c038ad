import { expect, test } from 'vitest'
import { checkEdits } from '../../engine/definition/check-edits.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()
const active = `
defaults: { schedule: nightly }
schedules: { nightly: { period: 1 day, startDateTime: 2026-01-01 } }
databases: { shop: { type: JdbcDatabase, connectionString: embedded:shop } }
dataNodes:
  orders: { type: SqlDataNode, database: shop, table: orders }
  extract: { type: S3DataNode, filePath: s3://b/k }
activities:
  copy: { type: CopyActivity, input: orders, output: extract, maximumRetries: 2 }
`

function edited(from: string, to: string): string[] {
  expect(active).toContain(from)
  const definition = (text: string) => readDefinition(text, 'x').definition!
  return checkEdits(definition(active), definition(active.replace(from, to)), catalog).map(({ code, range, message }) => {
    expect(code).toBe('FORBIDDEN_EDIT')
    return `${range ? `${range.line}:${range.column} ` : ''}${message}`
  })
}

/** @see spec/behaviour.md 11 */
test.each([
  ['nothing', 'x', 'x'],
  ['a value', 'maximumRetries: 2', 'maximumRetries: 3'],
  ['a new field', 'maximumRetries: 2', 'maximumRetries: 2, retryDelay: 5 minutes'],
  ['a new object', 'activities:', 'activities:\n  more: { type: ShellCommandActivity, command: ls, dependsOn: copy }'],
  ['a new reader of what exists', 'activities:', 'activities:\n  more: { type: ShellCommandActivity, command: ls, input: orders }'],
  ['the end of a schedule', '2026-01-01 }', '2026-01-01, endDateTime: 2027-01-01 }'],
  ['a name', 'type: S3DataNode', 'type: S3DataNode, name: The extract'],
])('%s may change while a pipeline is active', (_name, from, to) => {
  expect(edited(from, to)).toEqual([])
})

test.each([
  ['removing an object', '  extract: { type: S3DataNode, filePath: s3://b/k }\n', '', 'extract was removed'],
  ['changing the period', 'period: 1 day', 'period: 2 days', '3:33 nightly.period was "1 day" and is "2 days".'],
  ['going over to cron', 'period: 1 day', 'period: 1 day, cron: 0 6 * * *', '3:46 nightly.cron was "" and is "0 6 * * *".'],
  ['changing the start', 'startDateTime: 2026-01-01', 'startDateTime: 2026-01-02', '3:55 nightly.startDateTime was "2026-01-01"'],
  ['starting in another way', 'startDateTime: 2026-01-01', 'startAt: FIRST_ACTIVATION_DATE_TIME', 'nightly.startDateTime was'],
  ['adding a reference', 'maximumRetries: 2', 'dependsOn: orders', '9:74 The reference copy.dependsOn was added'],
  ['removing a reference', 'input: orders, ', '', 'The reference copy.input was removed'],
  ['changing a reference', 'output: extract', 'output: orders', 'The reference copy.output was changed from extract to orders'],
  ['a reference on Default', 'schedule: nightly', 'schedule: nightly, onFail: orders', 'The reference Default.onFail was added'],
  [
    'a new writer of what exists',
    'activities:',
    'activities:\n  m: { type: CopyActivity, input: orders, output: extract }',
    'm is new and names extract',
  ],
])('%s is refused while a pipeline is active', (_name, from, to, message) => {
  expect(edited(from, to)[0]).toContain(message)
})

test('references are compared by what they name, in whichever form they are written', () => {
  expect(edited('input: orders', 'input: { ref: orders }')).toEqual([])
})
