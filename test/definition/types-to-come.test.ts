import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const catalog = await loadCatalog()

const unsupported = [...catalog.types.values()].filter((declaration) => declaration.unsupported)

test.each(unsupported)('$type is refused as not supported yet, with what is missing', ({ type, unsupported: missing }) => {
  const { definition } = readDefinition(
    `sluice: 1\ndefaults: { scheduleType: ondemand }\nobjects: { Thing: { type: ${type} } }\n`,
    'a.yaml',
  )
  const { compiled, diagnostics } = compileDefinition(definition!, catalog)
  expect(compiled).toBeUndefined()
  expect(diagnostics.filter(({ code }) => code === 'NOT_SUPPORTED_YET').map(({ message }) => message)).toEqual([
    `Thing is of type ${type}, which is not supported yet: ${missing}`,
  ])
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
