import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { doubt } from './problem.ts'

/** One warning when Default says nowhere where logs go. AWS kept none then; here they are kept on the machine, so that it is only told of
 *  definitions of AWS's and in strict mode.
 *  @see spec/wire-api.md 7 */
export function checkLogs({ objects, form, strict }: CheckContext): Diagnostic[] {
  const defaults = objects.get('Default')
  if ((form === 'yaml' && !strict) || defaults?.fields.has('pipelineLogUri')) return []
  const message = 'Default has no pipelineLogUri: logs are kept only on the machine that runs the attempt.'
  return [doubt('NO_LOG_URI', defaults?.object.range, message, 'Set it, such as pipelineLogUri: s3://my-bucket/logs/.')]
}
