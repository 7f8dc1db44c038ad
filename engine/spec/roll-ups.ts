import { boundary, boundaryFrom, type Pace } from './boundaries.ts'

/** How many intervals are looked at: those of a cron text differ in length, a year of months does. */
const looks = 12

/** The most intervals of `needed` that begin within one interval of `own`, of the first dozen that both have; 0 when there are none. */
export function mostRollUps(own: Pace, needed: Pace): number {
  const later = new Date(Math.max(own.anchor.getTime(), needed.anchor.getTime()))
  const first = boundaryFrom(own, later)
  const counts = Array.from({ length: looks }, (_, at) => {
    const [start, end] = [boundary(own, first + at), boundary(own, first + at + 1)]
    return start && end ? boundaryFrom(needed, end) - boundaryFrom(needed, start) : 0
  })
  return Math.max(...counts)
}
