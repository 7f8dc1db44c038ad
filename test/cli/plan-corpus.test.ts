import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { planFile } from '../../engine/cli/plan/plan-file.ts'
import { reportError } from '../../engine/cli/report-error.ts'
import { createLook } from '../../engine/cli/view/look.ts'
import { compileDefinition } from '../../engine/definition/compile.ts'
import type { PipelineDefinition } from '../../engine/definition/pipeline-definition.ts'
import { readDefinition } from '../../engine/definition/read-definition.ts'
import { loadCatalog } from '../../engine/spec/load-catalog.ts'
import { jsonLines } from '../support/cli.ts'

const corpus = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))
const present = existsSync(`${corpus}manifest.json`)
const files = present ? (JSON.parse(readFileSync(`${corpus}manifest.json`, 'utf8')) as { file: string }[]).map(({ file }) => file) : []
const catalog = await loadCatalog()
const now = new Date('2026-03-10T00:00:00Z')

test.skipIf(present)('the real definitions are not planned: there is no ../shared/corpus beside the repository', () => {
  expect(present).toBe(false)
})

test.each(files)('%s is planned: each of its activities, as often as its schedule says', async (file) => {
  const { definition } = readDefinition(readFileSync(corpus + file, 'utf8'), file)
  const values = definition ? madeUpValues(definition) : {}
  const { code, out, err } = await plan(file, values)
  if (code === 2) return expectRefusal(out, err)
  expect(err).toBe('')
  const activities = [...definition!.objects.values()].filter(({ type }) => type !== undefined && catalog.get(type)?.family === 'activity')
  const components = out.filter(({ event }) => event === 'component')
  expect(new Set(components.filter(({ family }) => family === 'activity').map(({ component }) => component))).toEqual(
    new Set(activities.map(({ id }) => id)),
  )
  const instances = out.filter(({ event }) => event === 'instance')
  for (const { id } of activities) expect(instances.filter(({ task }) => task === id)).toHaveLength(expectedIntervals(definition!))
  expect(out.at(-1)).toMatchObject({
    tasks: activities.length * expectedIntervals(definition!),
    instances: instances.length,
    abridged: false,
  })
  expect(JSON.stringify(instances.map(({ fields }) => fields))).not.toMatch(/#\{\*?my/)
})

test.each(files)('%s is planned without values too: what they would fill in stays as it is written', async (file) => {
  const { code, out, err } = await plan(file, {})
  if (code === 2) return expectRefusal(out, err)
  const lacking = out.filter(({ code: found }) => found === 'MISSING_PARAMETER' || found === 'UNDECLARED_PARAMETER')
  const unresolved = out.flatMap(({ unresolved: sentences }) => (sentences as string[] | undefined) ?? [])
  expect(unresolved.some((sentence) => /^The parameters? .+ ha(s|ve) no value\.$/.test(sentence))).toBe(lacking.length > 0)
})

test.runIf(present)('few are not planned: those that are wrong as published', () => {
  const plannable = files.filter((file) => {
    const { definition } = readDefinition(readFileSync(corpus + file, 'utf8'), file)
    return definition && compileDefinition(definition, catalog, { purpose: 'reading', form: 'json' }).compiled
  })
  expect(plannable.length).toBeGreaterThanOrEqual(45)
})

/** Nothing is told but mistakes, or that there is nothing to run. */
function expectRefusal(out: readonly Record<string, unknown>[], err: string): void {
  expect(out.filter(({ event }) => event !== 'diagnostic')).toEqual([])
  if (out.some(({ severity }) => severity === 'error')) return
  expect(out.some(({ code }) => code === 'NOTHING_TO_RUN')).toBe(true)
  expect(err).toMatch(/^error: Nothing of the definition ever runs/)
}

async function plan(
  file: string,
  values: Record<string, string[]>,
): Promise<{ code: number; out: Record<string, unknown>[]; err: string }> {
  let [out, err] = ['', '']
  const terminal = {
    isTerminal: false,
    look: createLook({ colour: false, unicode: true }),
    columns: 80,
    rows: 24,
    print: (line: string) => void (out += `${line}\n`),
    note: (line: string) => void (err += `${line}\n`),
    write: (text: string) => void (out += text),
  }
  const planning = planFile(corpus + file, { values, now, limit: 2000, json: true }, terminal)
  const code = await planning.catch((error: unknown) => reportError(error, terminal, {}))
  return { code, out: jsonLines(out), err }
}

/** A value for each parameter that has none, declared or not, such as its declaration and the field that it stands in take. */
function madeUpValues(definition: PipelineDefinition): Record<string, string[]> {
  const { diagnostics } = compileDefinition(definition, catalog, { purpose: 'reading', form: 'json' })
  const missing = diagnostics.flatMap(({ code, message }) => {
    const [, declared] = code === 'MISSING_PARAMETER' ? (/The parameter (\w+)/.exec(message) ?? []) : []
    const [, undeclared] = code === 'UNDECLARED_PARAMETER' ? (/uses #\{\*?(my\w+)/.exec(message) ?? []) : []
    return [declared ?? undeclared ?? []].flat()
  })
  return Object.fromEntries(missing.map((id) => [id, [valueOf(definition, id)]]))
}

function valueOf({ parameters }: PipelineDefinition, id: string): string {
  const { type, allowedValues } = parameters.get(id) ?? {}
  if (allowedValues?.[0] !== undefined) return allowedValues[0]
  if (/terminateAfter|timeout/i.test(id)) return '2 hours'
  if (type === 'Integer') return '3'
  return type === 'Double' ? '0.25' : 's3://made/up'
}

/** One for an execution on demand and for one period of a schedule without an end. */
function expectedIntervals({ objects }: PipelineDefinition): number {
  const schedules = [...objects.values()].filter(({ type }) => type === 'Schedule')
  const text = (field: string): string | undefined =>
    schedules.flatMap(({ fields }) => (fields.get(field) ?? []).flatMap((value) => ('text' in value ? value.text : [])))[0]
  const onDemand = (objects.get('Default')?.fields.get('scheduleType') ?? []).some(
    (value) => 'text' in value && /^ondemand$/i.test(value.text),
  )
  if (onDemand) return 1
  if (text('occurrences') !== undefined) return Number(text('occurrences'))
  const [start, end, period = ''] = [text('startDateTime'), text('endDateTime'), text('period')]
  if (start === undefined || end === undefined) return 1
  const length = /hour/i.test(period) ? 3_600_000 : 86_400_000
  return Math.floor((Date.parse(end) - Date.parse(start)) / length / Number.parseInt(period, 10))
}
