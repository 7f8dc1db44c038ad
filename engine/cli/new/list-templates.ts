import { loadCatalog } from '../../spec/load-catalog.ts'
import type { Terminal } from '../terminal.ts'
import { typesToCome } from './types-to-come.ts'
import type { Template } from './templates.ts'

/** Prints the templates, each with one sentence and with what this version cannot run of it yet. */
export async function listTemplates(
  templates: readonly Template[],
  json: boolean,
  { print, look }: Pick<Terminal, 'print' | 'look'>,
): Promise<void> {
  const catalog = await loadCatalog()
  for (const { name, definition } of templates) {
    const toCome = typesToCome(definition, catalog)
    if (json) {
      print(JSON.stringify({ event: 'template', name, description: definition.description, parameters: parametersOf(definition), toCome }))
      continue
    }
    print(look.paint('strong', name))
    print(`  ${definition.description}${toCome.length > 0 ? look.paint('quiet', ` Not run yet: ${toCome.join(', ')}.`) : ''}`)
  }
  if (!json) print('\nWrite one with: sluice new TEMPLATE [FILE]')
}

function parametersOf({ parameters }: Template['definition']): object[] {
  return [...parameters.values()].map(({ id, secret, type, optional, isArray, default: preset, allowedValues, attributes }) => ({
    id,
    type,
    secret,
    optional,
    isArray,
    default: preset,
    allowedValues,
    description: attributes.get('description')?.[0],
    watermark: attributes.get('watermark')?.[0],
    helpText: attributes.get('helpText')?.[0],
  }))
}
