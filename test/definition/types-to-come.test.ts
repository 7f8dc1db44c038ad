import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { typesToCome } from '../../engine/spec/types-to-come.ts'

const catalog = await loadCatalog()

test.each(typesToCome)("AWS's type %s is refused as not supported yet, not as unknown", (type) => {
  const { definition } = readDefinition(
    `sluice: 1\ndefaults: { scheduleType: ondemand }\nobjects: { Thing: { type: ${type} } }\n`,
    'a.yaml',
  )
  const { compiled, diagnostics } = compileDefinition(definition!, catalog)
  expect(compiled).toBeUndefined()
  expect(diagnostics.map(({ code }) => code)).toEqual(['NOT_SUPPORTED_YET'])
  expect(diagnostics[0]!.message).toBe(`Thing is of AWS's type ${type}, which is not supported yet.`)
})

test('a schedule in cron syntax is refused as not supported yet', () => {
  const text = 'sluice: 1\nschedules:\n  hourly: { cron: 0 * * * *, timeZone: Europe/Berlin, startDateTime: 2020-01-01T00:00:00 }\n'
  const { definition } = readDefinition(text, 'a.yaml')
  const { compiled, diagnostics } = compileDefinition(definition!, catalog)
  expect(compiled).toBeUndefined()
  expect(diagnostics.map(({ code, range }) => `${code} ${range?.line}:${range?.column}`)).toEqual([
    'NOT_SUPPORTED_YET 3:19',
    'NOT_SUPPORTED_YET 3:40',
  ])
})
