import { existsSync, readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

/** A file from the root, or nothing when it is not there. */
export function readSource(file: string): string {
  const url = new URL(file, root)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}

/** Whether `path/of.test.ts > title` is there: the title stands in the source as a whole text, the name of a test or the first cell of a row of a table of tests. */
export function isNamedTest(name: string): boolean {
  const [file = '', title = ''] = name.split(' > ', 2)
  const texts = [...readSource(file).matchAll(/(?<=[([]\s*)(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`)(?=\s*,)/g)]
  return texts.some(([, single, double, template]) => unescaped(single ?? double ?? template ?? '') === title)
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(['"`\\])/g, '$1')
}
