import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { brokenBuilds } from './index.ts'

const root = new URL('../../../', import.meta.url)
const read = (file: string): string => (existsSync(new URL(file, root)) ? readFileSync(new URL(file, root), 'utf8') : '')

test.each(brokenBuilds)(
  '$row without “$mechanism”: its text stands once in $file, and its test is there',
  ({ file, find, test: suite, fails }) => {
    expect(read(file).split(find).length - 1).toBe(1)
    expect(read(suite)).toContain(fails)
  },
)
