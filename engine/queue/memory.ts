import type { Hint } from './claims.ts'
import type { HintListener, HintQueue } from './hint-queue.ts'
import { queueName } from './queue-name.ts'
import { createWaitingLine, type WaitingLine } from './waiting-line.ts'

export interface MemoryHintQueue extends HintQueue {
  /** Loses every hint not yet handed over, as an emptied Redis would. */
  clear(): void
}

/** A hint queue within this process, for tests and the simulator. */
export function memoryHintQueue(): MemoryHintQueue {
  const queues = new Map<string, Queue>()
  const open = (name: string): Queue => {
    const queue = queues.get(name) ?? { hints: [], listeners: new Set() }
    queues.set(name, queue)
    return queue
  }

  return {
    async offer(hints) {
      for (const hint of hints) open(queueName(hint.group, hint.lane)).hints.push(hint)
      for (const queue of queues.values()) deliver(queue)
    },
    async listen(group, lane) {
      return listener(open(queueName(group, lane)))
    },
    clear() {
      for (const queue of queues.values()) queue.hints.length = 0
    },
    async close() {
      for (const queue of queues.values()) for (const line of queue.listeners) line.close()
    },
  }
}

interface Queue {
  readonly hints: Hint[]
  readonly listeners: Set<WaitingLine<Hint>>
}

function listener(queue: Queue): HintListener {
  const line = createWaitingLine<Hint>()
  queue.listeners.add(line)
  return {
    next(signal) {
      const hint = line.wait(signal)
      deliver(queue)
      return hint
    },
    async close() {
      queue.listeners.delete(line)
      line.close()
    },
  }
}

function deliver({ hints, listeners }: Queue): void {
  for (const line of listeners) {
    for (let hint = hints[0]; hint && line.hand(hint); hint = hints[0]) hints.shift()
  }
}
