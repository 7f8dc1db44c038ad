import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

interface Lock {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly integrity?: string; readonly link?: boolean }>>
}

test.each(['package-lock.json', 'bench/package-lock.json'])('%s names no registry, so that npm ci asks the one of the machine', (file) => {
  const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8')) as Lock
  const named = Object.keys(packages).filter((name) => packages[name]?.resolved !== undefined)
  expect(Object.keys(packages).length).toBeGreaterThan(10)
  expect(named, 'run `npm install` again with the .npmrc of the repository').toEqual([])
})

test.each(['package-lock.json', 'bench/package-lock.json'])('%s holds the integrity of every package', (file) => {
  const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8')) as Lock
  const bare = Object.keys(packages).filter((name) => name !== '' && packages[name]?.integrity === undefined)
  expect(bare).toEqual([])
})
