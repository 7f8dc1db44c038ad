import type { CheckContext } from './check-context.ts'
import { literal } from './check-schedules.ts'
import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import { declarationOf, type ResolvedField, type ResolvedObject } from './resolve-objects.ts'
import { withoutParameters } from './substitute-parameters.ts'

/** How objects hang on schedules: each has one, or the whole pipeline runs on demand, and what plans them is literal.
 *  @see spec/behaviour.md 2.2, 2.3 */
export function checkScheduling(context: CheckContext): Diagnostic[] {
  return [...context.objects.values()].flatMap((object) => [
    ...checkHasSchedule(object, context),
    ...checkScheduleType(object, context),
    ...[...object.fields.values()].flatMap((field) => checkLiteral(object, field)),
  ])
}

function checkHasSchedule({ id, declaration, fields, object }: ResolvedObject, { onDemand }: CheckContext): Diagnostic[] {
  const follows = declaration?.family === 'resource' // it follows what runs on it
  if (onDemand || follows || !declarationOf(declaration, 'schedule') || fields.get('schedule')?.values.length) return []
  const message = `${id} has no schedule, and the pipeline does not run on demand.`
  const hint = 'Set schedule on it or once in defaults; or scheduleType: ondemand in defaults.'
  return [mistake('MISSING_SCHEDULE', object.range, message, hint)]
}

/** On demand is for the whole pipeline or not at all. */
function checkScheduleType(resolved: ResolvedObject, { onDemand }: CheckContext): Diagnostic[] {
  const { id, object } = resolved
  const type = literal(resolved, 'scheduleType')
  if (!type || id === 'Default' || !object.fields.has('scheduleType') || /^ondemand$/i.test(type.text) === onDemand) return []
  if (onDemand) {
    const message = `${id}.scheduleType is "${type.text}", but the pipeline runs on demand.`
    return [mistake('MIXED_SCHEDULE_TYPES', type.range, message, 'Remove it here or on Default.')]
  }
  const message = `${id}.scheduleType is "${type.text}", which only Default may say, for all objects.`
  return [mistake('ONDEMAND_NOT_ON_DEFAULT', type.range, message, 'Set scheduleType: ondemand in defaults.')]
}

/** What the scheduler reads before there is an instance to evaluate for.
 *  @see spec/expressions.md 2 */
export function isLiteralOnly({ declaration }: ResolvedObject, name: string): boolean {
  return declaration?.family === 'schedule' || name === 'scheduleType' || name === 'maxActiveInstances'
}

function checkLiteral(object: ResolvedObject, { name, owner, given }: ResolvedField): Diagnostic[] {
  if (!isLiteralOnly(object, name)) return []
  return given.flatMap((value) => {
    if ('ref' in value || !needsEvaluation(value.text, object)) return []
    const message = `${owner.id}.${name} must be known before anything runs: only parameters may stand in it.`
    return [mistake('NOT_A_LITERAL', value.range, message, 'Use a parameter with a value, or a literal.')]
  })
}

/** Whether more than parameters stands in the text. One without a value is told elsewhere, and so is a name that nobody knows. */
function needsEvaluation(text: string, { fields }: ResolvedObject): boolean {
  return withoutParameters(text, (name) => fields.has(name)).includes('#{')
}
