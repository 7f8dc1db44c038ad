import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileDefinition } from '../../engine/definition/compile.ts'
import type { Diagnostic } from '../../engine/definition/diagnostic.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import type { Catalog } from '../../engine/spec/catalog.ts'
import type { Dice } from './dice.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Definitions of the repository, good and bad: what the campaign begins with. */
export function seedDocuments(): readonly string[] {
  return ['pipelines', 'test/fixtures/definitions', 'test/fixtures/pipelines'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ya?ml|json)$/.test(name))
      .toSorted()
      .map((name) => readFileSync(join(root, folder, name), 'utf8'))
      .filter((text) => text.length < 6000),
  )
}

/** A document that nobody would write: a real one with pieces moved, doubled, lost and put in, or a soup of signs. */
export function hostileDocument(seeds: readonly string[], dice: Dice): string {
  let text = dice.chance(0.1) ? soup(dice) : dice.pick(seeds)
  for (let times = 1 + dice.below(6); times > 0; times--) text = mutate(text, seeds, dice)
  return text.slice(0, 40_000)
}

/** Reads and checks the document in every way and gives what is wrong with that: nothing, as long as all promises are kept.
 *  @throws what should never be thrown */
export function brokenPromise(text: string, catalog: Catalog): string | undefined {
  const { definition, form, diagnostics } = readDefinition(text, 'x')
  const reading = complaint(diagnostics, text)
  if (reading) return reading
  if (!definition) return diagnostics.length > 0 ? undefined : 'It was refused without a reason.'
  for (const purpose of ['reading', 'activation'] as const) {
    const { compiled, diagnostics: found } = compileDefinition(definition, catalog, { form, purpose, strict: purpose === 'reading' })
    const said = complaint(found, text)
    if (said) return said
    const refused = found.some(({ severity }) => severity === 'error')
    if (refused === (compiled !== undefined)) return `It was ${refused ? 'compiled in spite of an error' : 'refused without an error'}.`
  }
  return undefined
}

function complaint(diagnostics: readonly Diagnostic[], text: string): string | undefined {
  const lines = text.split('\n').length
  for (const { code, message, range } of diagnostics) {
    if (!/\S[.!?]$/s.test(message)) return `${code} is no sentence: ${message}`
    if (range && (range.line < 1 || range.column < 1 || range.line > lines + 1)) return `${code} has a place outside the text.`
  }
  return undefined
}

const signs = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ': ',
  '- ',
  '"',
  "'",
  '|',
  '>',
  '#',
  '#{',
  '}',
  '&a ',
  '*a',
  '!x ',
  '\\',
  '\n',
  '  ',
  '\t',
  '~',
  '<<',
  '?',
  '%',
  '@',
  '`',
  '${',
  '---\n',
]
const words = [
  'id',
  'type',
  'ref',
  'parent',
  'Default',
  'objects',
  'activities',
  'schedules',
  'period',
  '1 day',
  'ondemand',
  'null',
  'true',
  '1e999',
  '-0',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '\ufeff',
  '\u2028',
  'é',
  '😀',
  "#{format(@scheduledStartTime,'YYYY')}",
  '#{myX}',
  '#{input.x}',
]

function soup(dice: Dice): string {
  return Array.from({ length: dice.below(200) }, () => dice.pick(dice.chance(0.7) ? signs : words)).join('')
}

type Mutation = (text: string, seeds: readonly string[], dice: Dice) => string

const mutations: readonly Mutation[] = [
  (text, _, dice) => cut(text, dice, () => ''),
  (text, _, dice) => cut(text, dice, (piece) => piece + piece),
  (text, _, dice) => cut(text, dice, (piece) => piece.split('').toReversed().join('')),
  (text, _, dice) => insert(text, dice, dice.pick(signs)),
  (text, _, dice) => insert(text, dice, dice.pick(words)),
  (text, _, dice) => insert(text, dice, dice.pick(signs).repeat(1 + dice.below(200))),
  (text, _, dice) => insert(text, dice, String.fromCharCode(dice.below(dice.chance(0.8) ? 256 : 65_536))),
  (text, seeds, dice) =>
    insert(
      text,
      dice,
      cut(dice.pick(seeds), dice, (piece) => piece),
    ),
  (text, _, dice) => swapLines(text, dice),
  (text, _, dice) => text.slice(0, dice.below(text.length + 1)),
  (text, _, dice) => text.replaceAll(dice.pick(signs), dice.pick(signs)),
]

function mutate(text: string, seeds: readonly string[], dice: Dice): string {
  return dice.pick(mutations)(text, seeds, dice)
}

function cut(text: string, dice: Dice, change: (piece: string) => string): string {
  const from = dice.below(text.length + 1)
  const to = Math.min(text.length, from + 1 + dice.below(60))
  return text.slice(0, from) + change(text.slice(from, to)) + text.slice(to)
}

function insert(text: string, dice: Dice, piece: string): string {
  const at = dice.below(text.length + 1)
  return text.slice(0, at) + piece + text.slice(at)
}

function swapLines(text: string, dice: Dice): string {
  const lines = text.split('\n')
  const [one, other] = [dice.below(lines.length), dice.below(lines.length)]
  const kept = lines[one] ?? ''
  lines[one] = lines[other] ?? ''
  lines[other] = kept
  return lines.join('\n')
}
