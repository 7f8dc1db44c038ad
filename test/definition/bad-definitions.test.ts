import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { expect, test } from 'vitest'
import { compileDefinition } from '../../engine/definition/compile.ts'
import type { Diagnostic } from '../../engine/definition/diagnostic.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { testCatalog } from '../support/test-catalog.ts'

const folder = new URL('../fixtures/definitions/bad/', import.meta.url)
const fixtures = readdirSync(folder).map((file) => ({ file, code: file.replace(extname(file), '') }))

test.each(fixtures)('$code is found where it is, and nothing else', async ({ file, code }) => {
  const source = readFileSync(new URL(file, folder), 'utf8')
  const text = file.endsWith('.ts') ? await generated(file) : source
  const found = diagnose(text, file, source)

  expect(found.map(placed)).toContain(`${code} ${/expect (\S+?)"?,?$/m.exec(source)?.[1]}`)
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

test('every code that the source can emit has a bad fixture of its name', () => {
  const engine = new URL('../../engine/definition/', import.meta.url)
  const source = readdirSync(engine).map((file) => readFileSync(new URL(file, engine), 'utf8'))
  const codes = source.flatMap((text) => [...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g)].map(([, code]) => code))
  const notCodes = new Set(['QUOTE_DOUBLE', 'MULTIPLE_DOCS', 'ONDEMAND_PERIOD'])
  const known = new Set([...notCodes, ...fixtures.map(({ code }) => code)])
  expect(codes.filter((code) => !known.has(code ?? ''))).toEqual([])
})

function diagnose(text: string, file: string, source: string): Diagnostic[] {
  const { definition, diagnostics } = readDefinition(text, file)
  if (!definition) return diagnostics
  const values = JSON.parse(/# values (.+)/.exec(source)?.[1] ?? '{}') as Record<string, string[]>
  const strict = /^# strict$/m.test(source)
  return [...diagnostics, ...compileDefinition(definition, testCatalog, { values, strict }).diagnostics]
}

function placed({ code, range }: Diagnostic): string {
  return `${code} ${range ? `${range.line}:${range.column}` : 'nowhere'}`
}

async function generated(file: string): Promise<string> {
  const { default: text } = (await import(new URL(file, folder).href)) as { default: string }
  return text
}
