import { readdir } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { createCatalog, type Catalog } from './catalog.ts'
import type { TypeDeclaration } from './declarations.ts'

/** Folders that hold one type a file. */
const shelves = [
  'activities',
  'datanodes',
  'datanodes/databases',
  'datanodes/formats',
  'preconditions',
  'resources',
  'actions',
  'schedules',
  'utilities',
]

let loaded: Promise<Catalog> | undefined

/** The catalogue of every type on the shelves, read off the folders once a process.
 *  A file that does not declare the type it is named after is a programming error and rejects. */
export function loadCatalog(): Promise<Catalog> {
  return (loaded ??= readShelves())
}

async function readShelves(): Promise<Catalog> {
  const files = await Promise.all(shelves.map(typeFiles))
  return createCatalog(await Promise.all(files.flat().map(readType)))
}

const root = new URL('../../', import.meta.url)

async function typeFiles(shelf: string): Promise<URL[]> {
  const folder = new URL(`${shelf}/`, root)
  const names = await readdir(folder)
  return names.filter((name) => /^[A-Z]\w*\.(ts|js)$/.test(name)).map((name) => new URL(name, folder))
}

async function readType(file: URL): Promise<TypeDeclaration> {
  const module = (await import(file.href)) as { default?: TypeDeclaration }
  const name = basename(file.pathname, extname(file.pathname))
  if (module.default?.type !== name) throw new Error(`${file.pathname} must have a default export that declares the type ${name}.`)
  return module.default
}
