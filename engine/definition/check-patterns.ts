import { doubtsAboutPattern } from '../expression/index.ts'
import type { CheckContext } from './check-context.ts'
import type { Diagnostic } from './diagnostic.ts'
import { placeWithin } from './place-within.ts'
import { doubt } from './problem.ts'

/** One warning for each date pattern that says something else than its author probably means: `hh` without AM or PM, `mm` for months. It is
 *  followed all the same, as AWS did.
 *  @see spec/expressions.md 6.1 */
export function checkPatterns({ definition, usesOf }: CheckContext): Diagnostic[] {
  return [...definition.objects.values()].flatMap(({ id, fields }) =>
    [...fields].flatMap(([name, values]) =>
      values.flatMap((value) => {
        if ('ref' in value || !value.text.includes('format')) return []
        return usesOf(value.text).patterns.flatMap(({ pattern, offset, length }) =>
          doubtsAboutPattern(pattern).map(({ message, hint }) =>
            doubt('DOUBTFUL_PATTERN', placeWithin(value, offset, length), `${id}.${name}: in the pattern "${pattern}" ${message}.`, hint),
          ),
        )
      }),
    ),
  )
}
