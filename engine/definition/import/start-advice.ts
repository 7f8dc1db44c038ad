import type { AwsDefinition, AwsPipeline } from '../../clients/data-pipeline.ts'

/** What to do before a pipeline that ran in AWS runs in Sluice, which knows nothing of those runs and would begin with the first interval
 *  again. Undefined when it never ran, or when no schedule begins on a date. */
export function startAdvice({ objects }: AwsDefinition, { fields }: AwsPipeline): string | undefined {
  const fact = (name: string): string | undefined => fields.find(({ key }) => key === name)?.stringValue
  const [latest, next] = [fact('@latestRunTime'), fact('@nextRunTime')]
  const dated = objects.filter((object) => object.fields.some(({ key }) => key === 'startDateTime')).map(({ id }) => `${id}.startDateTime`)
  if (latest === undefined || dated.length === 0) return undefined
  const goal = next === undefined ? 'the first interval that AWS has not run' : `${next}, AWS's next run`
  return `AWS ran it up to ${latest}, which Sluice does not know: it would run all intervals again. To go on from there set ${dated.join(', ')} to ${goal}.`
}
