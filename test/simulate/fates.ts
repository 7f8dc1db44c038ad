import type { Outcome, Task } from '../../engine/queue/task.ts'
import type { Fate } from '../../engine/scheduler/simulation/simulated-worker.ts'
import { throwDice, type Dice } from '../fuzz/dice.ts'
import type { Scenario } from './scenario.ts'

const hour = 3_600_000

/** What becomes of a task: the same for the same try, whoever takes it and when. */
export function fateOf({ seed, shares }: Scenario, task: Task, claims: number): Fate {
  const dice = diceOf(`${seed} ${claims}`, task)
  const durationMs = 1000 + dice.below(dice.chance(0.1) ? 2 * hour : 600_000)
  const isFalse = task.checks && dice.chance(shares.falls)
  const outcome: Outcome = isFalse
    ? { status: 'FALSE', because: 'not yet', delayMs: 60_000 * (1 + dice.below(10)) }
    : ending(dice, shares.fails)
  return { durationMs, outcome, retryDelayMs: dice.pick([0, 60_000, 600_000]) }
}

/** When nothing goes wrong any more, everything ends well. */
export function calmFate(task: Task): Fate {
  return { durationMs: 1000 + diceOf('', task).below(60_000), outcome: { status: 'FINISHED' }, retryDelayMs: 0 }
}

function ending(dice: Dice, fails: number): Outcome {
  if (!dice.chance(fails)) return { status: 'FINISHED' }
  if (dice.chance(0.1)) return { status: 'CANCELED', reason: 'it was stopped' }
  if (dice.chance(0.25)) return { status: 'RELEASED' }
  return { status: 'FAILED', errorId: 'E', errorMessage: 'it failed', retry: dice.chance(0.9) }
}

function diceOf(salt: string, { pipelineId, instanceKey, referrer, attemptNumber, checks }: Task): Dice {
  return throwDice(hash(`${salt} ${pipelineId} ${instanceKey} ${referrer?.componentId} ${attemptNumber} ${checks?.count}`))
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value >>> 0
}
