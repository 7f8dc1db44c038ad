import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { posix } from 'node:path'

/** What each source file imports: files by their path from the root of the repository, packages by their name. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

const productFolders = ['engine', 'activities', 'datanodes', 'preconditions', 'resources', 'actions', 'schedules', 'utilities']

/** The product's own files, tests and benches left out. */
export function productFiles(root: string): string[] {
  return productFolders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root })).toSorted()
}

export function readImports(root: string): ImportGraph {
  return new Map(productFiles(root).map((file) => [file, importsOf(file, readFileSync(`${root}/${file}`, 'utf8'))]))
}

/** Every import of a file, type-only and dynamic ones included; Node's own modules left out. */
export function importsOf(file: string, source: string): string[] {
  const specifiers = statements.flatMap((statement) => Array.from(source.matchAll(statement), ([, specifier = '']) => specifier))
  return [...new Set(specifiers.filter((specifier) => !isBuiltin(specifier)).map((specifier) => target(file, specifier)))]
}

const statements = [
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
]

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(file), specifier)
  const [scopeOrName = '', name = ''] = specifier.split('/')
  return scopeOrName.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName
}
