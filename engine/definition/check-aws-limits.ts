import { parsePeriod, periodMs } from '../spec/period.ts'
import type { CheckContext } from './check-context.ts'
import { literal } from './check-schedules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import type { ResolvedObject } from './resolve-objects.ts'

const minute = 60_000

interface Limit {
  readonly field: string
  readonly keeps: (text: string) => boolean
  readonly sentence: string
}

/** AWS's limits that Sluice does without.
 *  @see spec/behaviour.md 2, 7, 15 */
const limits: readonly Limit[] = [
  { field: 'retryDelay', keeps: (text) => lasts(text, 2 * minute), sentence: 'at least 2 minutes' },
  { field: 'period', keeps: (text) => lasts(text, 15 * minute), sentence: 'at least 15 minutes' },
  { field: 'lateAfterTimeout', keeps: (text) => lasts(text, 15 * minute), sentence: 'at least 15 minutes' },
  { field: 'maximumRetries', keeps: (text) => !(Number(text) > 5), sentence: 'at most 5' },
  { field: 'maxActiveInstances', keeps: (text) => !(Number(text) > 5), sentence: 'at most 5' },
]

const mostObjects = 100

/** In strict mode, one diagnostic for each limit of AWS's that is passed and each field that AWS does not have. */
export function checkAwsLimits({ objects, definition, strict }: CheckContext): Diagnostic[] {
  if (!strict) return []
  const [surplus] = [...definition.objects.values()].slice(mostObjects)
  const message = `The definition has ${definition.objects.size} objects, but AWS allows ${mostObjects}.`
  return [
    ...(surplus ? [mistake('AWS_LIMIT', surplus.range, message, 'Split it into several pipelines.')] : []),
    ...[...objects.values()].flatMap((object) => [...limits.flatMap((limit) => checkLimit(object, limit)), ...checkBeyond(object)]),
  ]
}

function checkLimit(object: ResolvedObject, { field, keeps, sentence }: Limit): Diagnostic[] {
  const written = object.fields.get(field)?.declaration ? literal(object, field) : undefined
  if (!written || keeps(written.text)) return []
  const message = `${object.fields.get(field)?.owner.id}.${field} is "${written.text}", but AWS allows ${sentence}.`
  return [mistake('AWS_LIMIT', written.range, message, 'Without --strict it is accepted.')]
}

function checkBeyond({ object, fields }: ResolvedObject): Diagnostic[] {
  return [...fields.values()].flatMap(({ name, owner, declaration }) => {
    if (owner !== object || declaration?.beyondAws === undefined) return []
    const message = `${object.id}.${name} is a field that AWS does not have.`
    return [mistake('AWS_LIMIT', object.keyRanges.get(name), message, 'Without --strict it is accepted.')]
  })
}

/** Whether the text is no period at all, which is told elsewhere, or one of that length. */
function lasts(text: string, leastMs: number): boolean {
  const period = parsePeriod(text)
  return !period || periodMs(period) >= leastMs
}
