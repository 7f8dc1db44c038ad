/** The items as they come; rejects with the signal's reason as soon as it aborts, even while the source itself is silent. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (let next = await step(iterator, signal); !next.done; next = await step(iterator, signal)) yield next.value
  } finally {
    const closed = iterator.return?.()
    if (signal.aborted) closed?.catch(() => {}) // a silent source may never say that it has closed
    else await closed
  }
}

/** One promise an item: a race against one long-lived promise would keep every item alive until its end. */
function step<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T>>()
  const onAbort = () => reject(signal.reason as Error)
  signal.addEventListener('abort', onAbort, { once: true })
  iterator.next().then(resolve, reject)
  return promise.finally(() => signal.removeEventListener('abort', onAbort))
}
