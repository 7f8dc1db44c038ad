import { EventEmitter } from 'node:events'

/** What happens in this process's store, so that others need not ask again and again. Signals only speed things up: a sweep stands behind each.
 *  `settled`: endings were stored and the worker goes on with others; `drained`: it found nothing more to do. `outbox`: hints or actions wait.
 *  `ended`: this process has stored endings; `left`: they left hints or actions in the outbox. `held`: something is held until a time. `planned`: an interval became instances. `activated`: a pipeline was put to work. `command`: a person
 *  changed something, here or in another process. */
export interface StoreSignals {
  emit(signal: StoreSignal): void
  /** Calls `listener` after each signal; returns how to stop. */
  on(signal: StoreSignal, listener: () => void): () => void
}

export type StoreSignal = 'command' | 'settled' | 'drained' | 'ended' | 'left' | 'outbox' | 'held' | 'planned' | 'activated'

export function storeSignals(): StoreSignals {
  const emitter = new EventEmitter()
  emitter.setMaxListeners(0)
  return {
    emit: (signal) => void emitter.emit(signal),
    on(signal, listener) {
      emitter.on(signal, listener)
      return () => void emitter.off(signal, listener)
    },
  }
}
