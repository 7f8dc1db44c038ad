import { pageSize } from '../lifecycle/planned.ts'
import type { Course } from './plan-chain.ts'
import type { SetApart } from './set-apart.ts'

/** Finds what one look plans, page by page: up to `pageSize` that are not set apart, and of those that are the ones whose turn it is. `hasMore`: it
 *  has not come to the end. */
export async function lookForCourses<Mark>(
  apart: SetApart,
  read: (after: Mark | undefined) => Promise<{ readonly found: readonly Course[]; readonly after: Mark | undefined }>,
): Promise<{ readonly courses: readonly Course[]; readonly hasMore: boolean }> {
  apart.begin()
  const courses: Course[] = []
  const seen = new Set<string>()
  let after: Mark | undefined
  do {
    const page = await read(after)
    after = page.after
    for (const course of page.found) {
      seen.add(course.key)
      if (apart.mayTry(course.key)) courses.push(course)
    }
  } while (after !== undefined && courses.length < pageSize)
  if (after === undefined) apart.keep(seen)
  return { courses, hasMore: after !== undefined }
}
