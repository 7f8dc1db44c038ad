import { attemptRules } from './attempts.ts'
import { commandRules } from './commands.ts'
import { dataRules } from './data.ts'
import { dependencyRules } from './dependencies.ts'
import { objectRules } from './objects.ts'
import { resourceRules } from './resources.ts'
import type { Rule } from './rule.ts'
import { scheduleRules } from './schedules.ts'
import { statusRules } from './statuses.ts'

/** Every rule of how pipelines behave, in the order of the specification's sections. */
export const rules: readonly Rule[] = [
  ...objectRules,
  ...scheduleRules,
  ...dependencyRules,
  ...statusRules,
  ...attemptRules,
  ...commandRules,
  ...resourceRules,
  ...dataRules,
]
