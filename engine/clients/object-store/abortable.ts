/** The chunks, until the signal is aborted: then it rejects with the signal's reason at once, even while the source is silent. */
export async function* abortable<T>(chunks: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T, void, undefined> {
  if (!signal) return yield* chunks
  const source = chunks[Symbol.asyncIterator]()
  let ended = false
  try {
    for (;;) {
      signal.throwIfAborted()
      const step = await orAbort(source.next(), signal)
      if (step.done) break
      yield step.value
    }
    ended = true
  } finally {
    // a source that hangs would never answer `return`, so nobody waits for it
    if (!ended) void source.return?.()?.catch(() => {})
  }
}

/** A listener for each step, taken off after it: a race with one long promise would keep every step in memory. */
function orAbort<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    step.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
