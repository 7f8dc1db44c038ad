import type { Lane } from './task.ts'

/** The name of the BullMQ queue for a worker group and lane: only `A-Z a-z 0-9 - _ .`, different for different groups.
 *  A group is a user's text and BullMQ refuses `:`, so any other character of the group is written `_` and four hexadecimal digits. */
export function queueName(group: string, lane: Lane): string {
  return `${lane}.${group.replaceAll(/[^A-Za-z0-9-]/g, escaped)}`
}

/** The worker group and lane that `queueName` was given; undefined for any other text. */
export function readQueueName(name: string): { group: string; lane: Lane } | undefined {
  const match = /^(activity|precondition)\.((?:[A-Za-z0-9-]|_[0-9a-f]{4})*)$/.exec(name)
  if (!match) return undefined
  const [, lane, escapedGroup = ''] = match
  const group = escapedGroup.replaceAll(/_([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return { group, lane: lane as Lane }
}

/** Works on UTF-16 code units, so that half a surrogate pair survives too. */
function escaped(unit: string): string {
  return `_${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
