/** Does the work for every item, eight at a time. After a failure nothing new begins, and it rejects once what was begun has ended. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]()
  const failures: unknown[] = []
  const worker = async () => {
    for (const item of queue) {
      if (failures.length > 0) return
      await work(item).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(8, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
}
