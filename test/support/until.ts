import { setTimeout as delay } from 'node:timers/promises'

/** What the condition comes to, as soon as that is neither false nor nothing. For facts that only looking can tell, such as a process having ended. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { deadlineMs = 10_000, what = condition.toString() }: { deadlineMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + deadlineMs; Date.now() < deadline; await delay(5)) {
    const value = await condition()
    if (value !== undefined && value !== null && value !== false) return value
  }
  throw new Error(`Within ${deadlineMs} ms this did not come true: ${what}`)
}
