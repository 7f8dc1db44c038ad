import type { LoopClock } from '../../support/wakeable-loop.ts'

interface Timer {
  readonly time: number
  readonly order: number
  callback: (() => void) | undefined
}

/** A clock that stands still until it is told to go on to its next timer. */
export interface VirtualClock extends LoopClock {
  /** Milliseconds of the epoch. */
  now(): number
  /** When the next timer is due; undefined when there is none. */
  nextTime(): number | undefined
  /** Goes on to the next timer and calls it. */
  step(): void
  /** Goes on to an instant; timers before it are not called but at their turn, late. */
  advanceTo(time: number): void
}

/** Timers of one instant are called in the order of their making. `random` is for jitter. */
export function virtualClock(start: number, random: () => number): VirtualClock {
  const heap: Timer[] = []
  let time = start
  let order = 0
  const peek = (): Timer | undefined => {
    while (heap.length > 0 && heap[0]!.callback === undefined) pop(heap)
    return heap[0]
  }
  return {
    random,
    now: () => time,
    setTimeout(callback, delayMs) {
      const timer = { time: Math.ceil(time + Math.max(0, delayMs)), order: order++, callback }
      push(heap, timer)
      return timer
    },
    clearTimeout(handle) {
      if (handle) (handle as Timer).callback = undefined
    },
    nextTime: () => peek()?.time,
    step() {
      const timer = peek()
      if (!timer) return
      pop(heap)
      time = Math.max(time, timer.time)
      timer.callback?.()
    },
    advanceTo(instant) {
      time = Math.max(time, instant)
    },
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length
  heap.push(timer)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(timer, heap[parent]!)) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = timer
}

function pop(heap: Timer[]): void {
  const last = heap.pop()!
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
    if (!isBefore(heap[child]!, last)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
}
