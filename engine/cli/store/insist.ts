import { patiently, pause } from '../../queue/patience.ts'

/** What a command of the store answers. When it meets another transaction that locks the same rows crosswise, PostgreSQL undoes one of the two:
 *  then it is given again, as workers do it. */
export function insist<Answer>(command: () => Promise<Answer>): Promise<Answer> {
  return patiently(command, { pause, random: Math.random, deadlineMs: 10_000 })
}
