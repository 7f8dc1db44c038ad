import { memoryHintQueue } from '../../engine/queue/memory.ts'
import { testTaskSource } from '../conformance/task-source.ts'
import { hintHarness } from '../support/hint-harness.ts'

testTaskSource('memory', async () => {
  const hints = memoryHintQueue()
  return hintHarness({ hints, loseHints: async () => hints.clear(), stop: async () => undefined })
})
