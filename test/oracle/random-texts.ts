import type { Dice } from '../fuzz/dice.ts'

/** A text of cron with five or six fields, of all forms that there are. */
export function randomText(dice: Dice): string {
  const five = [minutes(dice), hours(dice), days(dice), months(dice), weekdays(dice)].join(' ')
  return dice.chance(0.15) ? `${dice.pick(['0', '30', '15,45', '*/20', '*', '0-10'])} ${five}` : five
}

/** Each with many cases of its own. */
const rarely = 0.25

function minutes(dice: Dice): string {
  const [low, high] = ordered(dice, 60)
  return dice.pick(['*', '0', '30', `${low}`, `${low},${high}`, `${low}-${high}`, '*/15', '*/7', `${low}-${high}/5`, '0-59'])
}

function hours(dice: Dice): string {
  const [low, high] = ordered(dice, 24)
  const night = String(dice.below(5))
  return dice.pick(['*', night, night, `${low}`, `${low},${high}`, `0-${night}`, `${low}-${high}`, '*/2', '1-4', '0,1,2,3,4', '23,0'])
}

function days(dice: Dice): string {
  if (!dice.chance(rarely)) return '*'
  const day = String(1 + dice.below(31))
  return dice.pick([day, 'L', 'LW', `${day}W`, `1,${day}`, `${day},L`, '*/5', '25-31', '?'])
}

function months(dice: Dice): string {
  if (!dice.chance(rarely)) return '*'
  return dice.pick([String(1 + dice.below(12)), '3,10', 'MAR,OCT', '*/3', '4-9', '2'])
}

function weekdays(dice: Dice): string {
  if (!dice.chance(rarely)) return '*'
  const day = String(dice.below(8))
  return dice.pick([day, '0', 'SUN', '1-5', `${day}#${1 + dice.below(5)}`, `${day}L`, '6,0', `+${day}`])
}

function ordered(dice: Dice, end: number): readonly [number, number] {
  const [one, other] = [dice.below(end), dice.below(end)]
  return [Math.min(one, other), Math.max(one, other)]
}
