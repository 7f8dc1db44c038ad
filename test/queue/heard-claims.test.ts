import { expect, test } from 'vitest'
import { heardClaims } from '../../engine/queue/heard-claims.ts'
import type { Task } from '../../engine/queue/task.ts'

const lost = Object.assign(new Error('the connection is gone'), { code: 'ECONNRESET' })
const task = (fence: string) => ({ attemptId: `a${fence}`, fence }) as Task

/** Claims of which one answer was lost. `looks` are answered by the test. */
async function unsure() {
  const looks: { known: readonly string[]; answer: (tasks: readonly Task[]) => void }[] = []
  const heard = heardClaims((_, known) => new Promise((answer) => void looks.push({ known, answer })))
  await expect(heard.watch('activity', () => Promise.reject(lost))).rejects.toBe(lost)
  return { heard, looks }
}

test('what a lost answer brought is found once, and what was heard of is not looked for', async () => {
  const { heard, looks } = await unsure()
  expect([heard.isUnsure('activity'), heard.isUnsure('precondition')]).toEqual([true, false])
  heard.hear([task('1')])
  const found = heard.find('activity', 3)
  expect(looks[0]?.known).toEqual(['1'])
  looks[0]?.answer([task('2')])
  expect(await found).toEqual([task('2')])
  expect(heard.isUnsure('activity')).toBe(false)
  expect(heard.hear([task('2'), task('3')])).toEqual([task('3')])
})

test('what was heard of and has ended while a look was under way is not found by it', async () => {
  const { heard, looks } = await unsure()
  const found = heard.find('activity', 3)
  heard.hear([task('1')])
  heard.forget([task('1')])
  looks[0]?.answer([task('1'), task('2')])
  expect(await found).toEqual([task('2')])
})

test('two who look at once do not both find the same', async () => {
  const { heard, looks } = await unsure()
  const first = heard.find('activity', 3)
  await expect(heard.watch('activity', () => Promise.reject(lost))).rejects.toBe(lost)
  const second = heard.find('activity', 3)
  for (const { answer } of looks) answer([task('1')])
  expect([await first, await second]).toEqual([[task('1')], []])
})

test('as many as were wanted may not be all, and what nobody was told of is found again', async () => {
  const { heard, looks } = await unsure()
  const first = heard.find('activity', 1)
  looks[0]?.answer([task('1')])
  const tasks = await first
  expect(heard.isUnsure('activity')).toBe(true)
  heard.unhear('activity', tasks)
  const second = heard.find('activity', 2)
  expect(looks[1]?.known).toEqual([])
  looks[1]?.answer([task('1'), task('2')])
  expect(await second).toEqual([task('1'), task('2')])
})
