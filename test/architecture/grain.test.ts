import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { productFiles } from './read-imports.ts'

const root = join(import.meta.dirname, '../..')
const mostLines = 400

test(`no file is longer than ${mostLines} lines: past 300, look for the second idea`, () => {
  const long = productFiles(root)
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > mostLines)
  expect(long).toEqual([])
})
