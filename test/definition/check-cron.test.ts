import { describe, expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()

function found(schedules: string, more = '', values: Record<string, string[]> = {}): string[] {
  const text = `schedules:\n  s: { ${schedules} }\n${more}\nactivities: { a: { type: ShellCommandActivity, command: ls, schedule: s } }\n`
  const { definition } = readDefinition(text, 'x.yaml')
  const { diagnostics } = compileDefinition(definition!, catalog, { values })
  return diagnostics.map(({ code, range, message, hint }) => `${code} ${range?.line}:${range?.column} ${message} ${hint ?? ''}`)
}

test.each([
  'cron: 0 6 * * 1-5, startDateTime: 2026-01-01',
  'cron: 0 6 * * 1-5, timeZone: Europe/Berlin, startDateTime: 2026-01-01, endDateTime: 2026-01-05T05:00:00',
  'cron: "*/5 * * * * *", timeZone: utc, startAt: FIRST_ACTIVATION_DATE_TIME, occurrences: 3',
  'cron: 0 0 29 2 +1, startDateTime: 2026-01-01',
])('{ %s } is fine', (schedule) => {
  expect(found(schedule)).toEqual([])
})

test.each([
  ['two ways to cut time', 'cron: 0 6 * * *, period: 1 day, startDateTime: 2026-01-01', /^TOO_MANY_OF 2:\d+ /],
  ['neither', 'startDateTime: 2026-01-01', /^MISSING_ONE_OF 2:\d+ /],
  ['a zone that nothing is read in', 'period: 1 day, timeZone: UTC, startDateTime: 2026-01-01', /^NEEDS_FIELD 2:\d+ .*cron/],
  ['a field out of range', 'cron: 0 25 * * *, startDateTime: 2026-01-01', /^BAD_CRON 2:14 s\.cron has "25" for the hour.* 0 to 23/],
  ['no fields', 'cron: "@daily", startDateTime: 2026-01-01', /^BAD_CRON 2:14 .* Write it as 0 0 \* \* \*\./],
  ['no such zone', 'cron: 0 6 * * *, timeZone: Berlin, startDateTime: 2026-01-01', /^BAD_TIME_ZONE 2:35 s\.timeZone is "Berlin"/],
  ['no such date', 'cron: 0 6 30 2 *, startAt: FIRST_ACTIVATION_DATE_TIME', /^CRON_NEVER_FIRES 2:14 .*names no date that there is/],
  ['no such date, with a start', 'cron: "0 6 31 4,6 *", startDateTime: 2026-01-01', /^CRON_NEVER_FIRES .*names no date that there is/],
  [
    'too late a start',
    'cron: 0 6 * * *, startDateTime: 2999-12-31',
    /^CRON_NEVER_FIRES .*between its start, 2999-12-31, and the year 3000\. Begin earlier/,
  ],
  [
    'an end before the second tick',
    'cron: 0 6 * * 1-5, startDateTime: 2026-01-02, endDateTime: 2026-01-05',
    /^NO_INTERVAL 2:\d+ s never runs: not one whole interval .* the first would end at 2026-01-05T06:00:00/,
  ],
])('%s is refused: { %s }', (_, schedule, expected) => {
  expect(found(schedule)).toEqual([expect.stringMatching(expected)])
})

test('parameters are filled in before they are looked at', () => {
  const parameters = 'parameters: { myCron: {}, myZone: {} }'
  const schedule = 'cron: "#{myCron}", timeZone: "#{myZone}", startDateTime: 2026-01-01'
  expect(found(schedule, parameters, { myCron: ['0 6 * * *'], myZone: ['Asia/Tokyo'] })).toEqual([])
  expect(found(schedule, parameters, { myCron: ['0 6 * * *'], myZone: ['Asia/Nowhere'] })).toEqual([
    expect.stringMatching(/^BAD_TIME_ZONE/),
  ])
})

describe('at most 32 intervals fall into one', () => {
  const pair = (own: string, needed: string): string[] => {
    const text = `schedules: { own: { ${own}, startDateTime: 2026-01-01 }, needed: { ${needed}, startDateTime: 2026-01-01 } }
activities:
  a: { type: ShellCommandActivity, command: ls, schedule: needed }
  b: { type: ShellCommandActivity, command: ls, schedule: own, dependsOn: a }
`
    const { definition } = readDefinition(text, 'x.yaml')
    return compileDefinition(definition!, catalog).diagnostics.map(({ message }) => message)
  }
  test.each([
    ['period: 1 day', 'cron: "*/10 8-12 * * *"', 30],
    ['period: 1 day', 'cron: "*/10 8-13 * * *"', 36],
    ['cron: 0 6 * * 1-5', 'period: 1 hour', 72],
    ['cron: 0 6 * * *', 'period: 1 hour', 24],
    ['cron: 0 0 1 1 *', 'cron: "* * * * * *"', 31_622_400],
  ])('{ %s } takes in { %s }: %i', (own, needed, count) => {
    const refused = `b.dependsOn: one interval of b takes in ${count} of a, but may take in 32.`
    expect(pair(own, needed)).toEqual(count > 32 ? [refused] : [])
  })
})

test.each([
  '0 '.repeat(5000),
  `${'1,'.repeat(4000)}1 * * * *`,
  `* * ${'L,'.repeat(3000)}L * *`,
  `* * * * ${'1#5,'.repeat(2000)}1#5`,
  '0 0 31W 2 +1#5',
  '* * * * 0-7/99999999999999999999',
  '*/99999999999 * * * *',
  '0 0 0 -1 * *',
  '__proto__ * * * *',
  '0 0 29 2 +1#5',
  '59 59 23 29 2 +7L',
])('a hostile text is answered at once: %.20s', (text) => {
  const begun = performance.now()
  expect(found(`cron: ${JSON.stringify(text)}, startDateTime: 2026-01-01`).length).toBeLessThan(3)
  expect(performance.now() - begun).toBeLessThan(2000)
})
