/** An instance of which the name of its task is asked. */
interface Named {
  /** `@component_2026-01-01T00:00:00`; of a precondition that guards several, `@component_referrer_2026-01-01T00:00:00`. */
  readonly key: string
  readonly componentId: string
  readonly referrerId: string
}

/** A task as every command takes it: the component's id; of a precondition that guards several, with what it guards: `arrived/load`. */
export function taskName({ key, componentId, referrerId }: Named): string {
  return referrerId !== '' && key.startsWith(`@${componentId}_${referrerId}_`) ? `${componentId}/${referrerId}` : componentId
}
