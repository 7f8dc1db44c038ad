import { diagnosticCodes } from '../../definition/codes/index.ts'
import type { CodePage } from '../../definition/codes/code-page.ts'
import { didYouMean } from '../../definition/did-you-mean.ts'
import { SluiceError } from '../../errors.ts'
import type { Catalog } from '../../spec/catalog.ts'
import type { TypeDeclaration } from '../../spec/declarations.ts'
import type { FieldDeclaration } from '../../spec/field.ts'
import { loadCatalog } from '../../spec/load-catalog.ts'
import { referencePage } from '../../spec/reference-page.ts'
import type { Terminal } from '../terminal.ts'
import { plainPage } from './plain-page.ts'

/** Prints the page of a type, a field of one (`Type.field`) or a diagnostic code, or the list of types. Rejects with a SluiceError for a name that is none. */
export async function explain(name: string | undefined, json: boolean, terminal: Pick<Terminal, 'print' | 'look'>): Promise<void> {
  const code = diagnosticCodes.get(name ?? '')
  if (name !== undefined && code) return explainCode(name, code, json, terminal)
  const catalog = await loadCatalog()
  if (name === undefined) return listTypes(catalog, json, terminal)
  const [typeName = '', ...rest] = name.split('.')
  const type = typeNamed(typeName, catalog)
  if (rest.length === 0) return terminal.print(json ? JSON.stringify(typeFacts(type)) : plainPage(referencePage(type), terminal.look))
  const fieldName = rest.join('.')
  const field = fieldNamed(type, fieldName)
  const only = { ...type, fields: { [fieldName]: field } }
  terminal.print(json ? JSON.stringify({ type: type.type, ...fieldFacts([fieldName, field]) }) : fieldPage(only, terminal))
}

function explainCode(code: string, { title, why, cure }: CodePage, json: boolean, { print, look }: Pick<Terminal, 'print' | 'look'>): void {
  if (json) print(JSON.stringify({ code, title, why, cure }))
  else print([look.paint('strong', code), `${title}.`, '', why, '', `What to do: ${cure}`].join('\n'))
}

function listTypes({ types }: Catalog, json: boolean, { print, look }: Pick<Terminal, 'print' | 'look'>): void {
  for (const [family, members] of Map.groupBy(types.values(), (declaration) => declaration.family)) {
    if (!json) print(look.paint('strong', family))
    for (const { type, summary } of members.toSorted((a, b) => (a.type < b.type ? -1 : 1)))
      print(json ? JSON.stringify({ family, type, summary }) : `  ${look.paint('active', type)}: ${summary}`)
  }
}

function typeNamed(name: string, catalog: Catalog): TypeDeclaration {
  const type = catalog.get(name)
  if (type) return type
  const hint = didYouMean(name, [...catalog.types.keys(), ...diagnosticCodes.keys()]) ?? 'See all types: sluice explain'
  throw new SluiceError(`There is no type "${name}", and no code of that name.`, { exitCode: 2, hint })
}

function fieldNamed({ type, fields }: TypeDeclaration, name: string): FieldDeclaration {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field) return field
  const hint = didYouMean(name, Object.keys(fields)) ?? `See its fields: sluice explain ${type}`
  throw new SluiceError(`${type} has no field "${name}".`, { exitCode: 2, hint })
}

/** Of the page only the table that has the field. */
function fieldPage(type: TypeDeclaration, { look }: Pick<Terminal, 'look'>): string {
  const page = referencePage(type)
  return plainPage(`# ${type.type}\n${page.slice(page.indexOf('\n## '), page.lastIndexOf('\n\nFollows: '))}`, look)
}

function typeFacts({ type, family, summary, example, notes, fields, source }: TypeDeclaration): object {
  return { type, family, summary, example, notes, fields: Object.entries(fields).map(fieldFacts), source }
}

function fieldFacts([field, declaration]: [string, FieldDeclaration]): object {
  const { kind, summary, list, required, defaultText, values, refTypes, runtime, notes } = declaration
  return { field, kind, summary, list, required, default: defaultText, values, refTypes, runtime, notes }
}
