import { parse } from 'yaml'
import { bareName } from '../../definition/definition-draft.ts'

/** The `tests:` section with those tests that themselves give every parameter which the file now has a value for: nothing else can
 *  differ for them. Undefined when there are none. */
export function stillTrueTests(section: string, given: ReadonlySet<string>): string | undefined {
  const [head = '', ...tests] = section.split(/^(?= {2}- )/m)
  const kept = tests.filter((test) => {
    const own = parametersOf(test)
    return [...given].every((id) => own.has(id))
  })
  return kept.length > 0 ? head + kept.join('') : undefined
}

function parametersOf(test: string): ReadonlySet<string> {
  const [{ parameters = {} } = {}] = parse(test) as readonly { readonly parameters?: Readonly<Record<string, unknown>> }[]
  return new Set(Object.keys(parameters).map((name) => bareName(name).id))
}
