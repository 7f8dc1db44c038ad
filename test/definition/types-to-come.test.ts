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
