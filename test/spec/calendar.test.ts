import { Cron as CronerCron } from 'croner'
import { expect, test } from 'vitest'
import { isCron, readCron } from '../../engine/spec/cron.ts'
import { throwDice, type Dice } from '../fuzz/dice.ts'

const dayMs = 86_400_000

function dateFields(dice: Dice): string {
  const [day, weekday] = [String(1 + dice.below(31)), String(dice.below(8))]
  const days = ['*', day, `${day},L`, 'L', 'LW', `${1 + dice.below(31)}W`, '*/5', '28-31', `1,${day}`, '?', `10-20/3`]
  const months = ['*', String(1 + dice.below(12)), '2', 'JAN,JUL', '*/3', '4-9', '2,12']
  const weekdays = [
    '*',
    weekday,
    '1-5',
    `${weekday}#${1 + dice.below(5)}`,
    `${weekday}L`,
    `+${weekday}`,
    '+1-5',
    '5#2,1L',
    'SUN',
    '?',
    '*/2',
  ]
  return [dice.pick(days), dice.pick(months), dice.pick(weekdays)].join(' ')
}

test('its dates are croner’s, in years of all kinds', () => {
  const dice = throwDice(20_261_125)
  for (let round = 0; round < 400; round++) {
    const fields = dateFields(dice)
    const cron = readCron(`0 0 ${fields}`)
    if (!isCron(cron)) throw new Error(`${fields}: ${cron.message}`)
    const croner = new CronerCron(`0 0 ${fields}`, { utcOffset: 0 })
    let day = Math.floor(Date.UTC(dice.pick([1970, 1999, 2000, 2024, 2096, 2099, 2100, 2399]), dice.below(12), 1) / dayMs)
    let number = cron.calendar.datesBefore(day)
    for (let step = 0; step < 40; step++) {
      const next = croner.nextRun(new Date(day * dayMs - 1000))
      expect({ fields, none: cron.calendar.isEmpty }).toEqual({ fields, none: next === null })
      if (!next) break
      const expected = next.getTime() / dayMs
      expect({ fields, day: cron.calendar.dateAt(number) }).toEqual({ fields, day: expected })
      expect({ fields, day, number: cron.calendar.datesBefore(expected) }).toEqual({ fields, day, number })
      number += 1
      expect({ fields, day, number: cron.calendar.datesBefore(expected + 1) }).toEqual({ fields, day, number })
      day = expected + 1
    }
  }
})

test('all years from 0 to 3000 have the days that a calendar has', () => {
  const cron = readCron('0 0 * * *')
  if (!isCron(cron)) throw new Error(cron.message)
  const beginning = new Date(0).setUTCFullYear(0, 0, 1) / dayMs
  for (let day = beginning; day < Date.UTC(3000, 0) / dayMs; day += 97) {
    expect(cron.calendar.datesBefore(day)).toBe(day - beginning)
    expect(cron.calendar.dateAt(day - beginning)).toBe(day)
  }
})
