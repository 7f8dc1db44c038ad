import type { CompiledDefinition, Component } from '../definition/pipeline-definition.ts'
import { literal } from '../schedule/read-schedule.ts'
import { parsePeriod, periodMs, type PeriodUnit } from '../spec/period.ts'
import type { ResourceRules } from '../lifecycle/resource-rules.ts'

/** The rules of a resource as its instances carry them. What is not known before a run (an expression) counts as absent.
 *  @see spec/behaviour.md 7 and 12.3 */
export function resourceRulesOf(definition: CompiledDefinition, resource: Component): ResourceRules {
  const says = (field: string, word: string): boolean => literal(definition, resource, field)?.toLowerCase() === word
  const length = (field: string, bareUnit?: PeriodUnit): number | undefined => {
    const period = parsePeriod(literal(definition, resource, field) ?? '', bareUnit)
    return period && periodMs(period)
  }
  return {
    initTimeoutMs: length('initTimeout'),
    terminateAfterMs: length('terminateAfter', 'hour'),
    retryDelayMs: length('retryDelay') ?? usualRetryDelayMs,
    onTaskFailure: says('actionOnTaskFailure', 'terminate') ? 'terminate' : 'continue',
    onResourceFailure: says('actionOnResourceFailure', 'retryall') ? 'retryall' : 'retrynone',
  }
}

const usualRetryDelayMs = 10 * 60_000
