import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import type { Diagnostic } from '../../engine/definition/diagnostic.ts'
import type { PipelineDefinition } from '../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { checkEdits } from '../../engine/definition/check-edits.ts'
import { diagnosticCodes } from '../../engine/definition/codes/index.ts'
import { testCodes } from '../../engine/definition/codes/test-codes.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'

const folder = new URL('../fixtures/definitions/bad/', import.meta.url)
const catalog = await loadCatalog()
const fixtures = readdirSync(folder).map((file) => ({ file, code: file.replace(extname(file), '') }))

test.each(fixtures)('$code is found where it is, and nothing else', async ({ file, code }) => {
  const source = readFileSync(new URL(file, folder), 'utf8')
  const text = file.endsWith('.ts') ? await generated(file) : source
  const found = diagnose(text, file, source)

  expect(found.map(placed)).toContain(`${code} ${/expect ([\w:]+)/.exec(source)?.[1]}`)
  const also = /# also (.+)/.exec(source)?.[1]?.split(' ') ?? []
  expect(found.map((diagnostic) => diagnostic.code).filter((other) => other !== code && !also.includes(other))).toEqual([])
})

test('every diagnostic is a sentence, and its code is upper snake case', async () => {
  for (const { file } of fixtures.filter(({ file: name }) => !name.endsWith('.ts'))) {
    const source = readFileSync(new URL(file, folder), 'utf8')
    for (const { code, message, hint } of diagnose(source, file, source)) {
      expect(code).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)*$/)
      expect(message).toMatch(/\S[.!?]$/s)
      expect(hint ?? 'None.').toMatch(/\S/)
    }
  }
})

test('every code has a bad fixture of its name, but those for files that are not there and for tests', () => {
  const fixed = new Set(['UNREADABLE_FILE', ...Object.keys(testCodes), ...fixtures.map(({ code }) => code)])
  expect([...diagnosticCodes.keys()].filter((code) => !fixed.has(code))).toEqual([])
})

function diagnose(text: string, file: string, source: string): Diagnostic[] {
  const { definition, form, diagnostics } = readDefinition(text, file)
  if (!definition) return diagnostics
  const values = JSON.parse(/# values (.+)/.exec(source)?.[1] ?? '{}') as Record<string, string[]>
  const strict = /^# strict$/m.test(source)
  const { diagnostics: found } = compileDefinition(definition, catalog, { values, strict, form, now: new Date('2026-11-01') })
  return [...diagnostics, ...found, ...edits(definition, /^# against (.+)$/m.exec(source)?.[1])]
}

function edits(definition: PipelineDefinition, active: string | undefined): Diagnostic[] {
  if (active === undefined) return []
  const before = readDefinition(readFileSync(new URL(`../${active}.yaml`, folder), 'utf8'), active).definition
  return before ? checkEdits(before, definition, catalog) : []
}

function placed({ code, range }: Diagnostic): string {
  return `${code} ${range ? `${range.line}:${range.column}` : 'nowhere'}`
}

async function generated(file: string): Promise<string> {
  const { default: text } = (await import(new URL(file, folder).href)) as { default: string }
  return text
}
