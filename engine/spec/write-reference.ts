import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Catalog } from './catalog.ts'
import { definitionSchema } from './json-schema.ts'
import { loadCatalog } from './load-catalog.ts'
import { referencePage } from './reference-page.ts'

const folder = new URL('../../docs/reference/', import.meta.url)

/** Every generated file of docs/reference by its name: a page a type, an index, and the JSON Schema of the YAML form. */
export function referenceFiles(catalog: Catalog): Map<string, string> {
  const types = [...catalog.types.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1))
  const pages = types.map((declaration): [string, string] => [`${declaration.type}.md`, referencePage(declaration)])
  const index = types.map(({ type, summary }) => `* [${type}](${type}.md): ${summary}`)
  return new Map([
    ...pages,
    ['index.md', `# Types\n\nGenerated from the declarations by \`npm run reference\`.\n\n${index.join('\n')}\n`],
    ['definition.schema.json', `${JSON.stringify(definitionSchema(catalog), undefined, 1)}\n`],
  ])
}

/** Writes the files, and removes pages of types that are gone. */
async function writeReference(): Promise<void> {
  const files = referenceFiles(await loadCatalog())
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) if (!files.has(name)) await rm(new URL(name, folder))
  for (const [name, text] of files) await writeFile(new URL(name, folder), text)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeReference()
