import type { ResolvedObject, ResolvedObjects } from './resolve-objects.ts'

/** The Schedule object that an object runs on; undefined when it has none. */
export function scheduleOf({ fields }: ResolvedObject, objects: ResolvedObjects): ResolvedObject | undefined {
  const [value] = fields.get('schedule')?.values ?? []
  return value && 'ref' in value ? objects.get(value.ref) : undefined
}
