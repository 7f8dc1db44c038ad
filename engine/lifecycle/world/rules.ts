/** Rules of the lifecycle that a test may break, one at a time, to see that the simulator finds it. Each is true. */
const names = [
  'a settlement is accepted only with the newest fence',
  'a count is lowered once',
  'no more than maxActiveInstances are planned',
  'preconditions of what failed are cancelled',
  'a failure goes on through data nodes',
  'a watermark moves by compare and set',
  'tries are counted',
  'what a deactivation cancelled is revived',
  'only what is over is FINISHED',
  'a held attempt is not claimed',
  'a lease ends',
  'an ending that was stored before changes nothing',
  'what is cancelled loses its fence',
  'a resource stays while it is used',
  'a rerun counts anew',
  'what runs on a failed resource is cancelled',
  'a retry waits for its delay',
  'late is told once',
  'what is handed back costs no try',
  'of equals the highest priority is claimed',
  'an activity waits for its resource',
  'a plan counts what has ended',
  'what is lost is offered again',
  'no more of a pool are under way than it has slots',
  'what is paused does not begin',
  'what is on hold begins in its order',
  'what is skipped lets others go on',
] as const

export type WorldRule = (typeof names)[number]

export type WorldRules = Readonly<Record<WorldRule, boolean>>

/** All rules, but one when it is named. */
export function worldRules(broken?: WorldRule): WorldRules {
  return Object.fromEntries(names.map((name) => [name, name !== broken])) as unknown as WorldRules
}

export const worldRuleNames: readonly WorldRule[] = names
