import type { AwsDefinition, AwsField, AwsObject, AwsParameter, AwsValue } from '../../clients/data-pipeline.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { awsParts } from '../aws-shapes.ts'
import type { DiagnosticCode } from '../codes/index.ts'
import { inOrder, mistake } from '../problem.ts'
import { readTree } from '../read-tree.ts'
import { entryOf, type SourceEntry, type SourceMap, type SourceNode } from '../source-tree.ts'

/** A pipeline as a file holds it. */
export interface ExportedPipeline {
  /** Absent when the file does not say. */
  readonly name?: string
  readonly description?: string
  readonly definition: AwsDefinition
  /** What stands in the file and in no definition, as paths. */
  readonly surplus: readonly string[]
}

/** The pipeline in a file as AWS's CLI writes it, in one as its API answers, or in one as CloudFormation spells it. Mistakes come with
 *  their places; with an error there is no pipeline. What JSON forbids and AWS's own samples do all the same is read: breaks within
 *  texts, commas too many, keys that come twice.
 *  @see spec/wire-api.md 8.1 */
export function readExported(text: string, file: string): { pipeline?: ExportedPipeline; diagnostics: Diagnostic[] } {
  const { root, diagnostics } = readTree(text, file)
  if (!root) return { diagnostics: inOrder(diagnostics) }
  const reader = new ExportReader()
  const pipeline = reader.read(root)
  return reader.diagnostics.length > 0 || !pipeline ? { diagnostics: inOrder(reader.diagnostics) } : { pipeline, diagnostics: [] }
}

class ExportReader {
  readonly diagnostics: Diagnostic[] = []
  private readonly surplus: string[] = []

  read(root: SourceNode): ExportedPipeline | undefined {
    const parts = root.kind === 'map' ? awsParts(root, this.diagnostics) : undefined
    const { whole, objects, parameters, values, name, description } = parts ?? {}
    if (!whole || objects?.value.kind !== 'list') {
      const hint = 'Export it with: aws datapipeline get-pipeline-definition --pipeline-id df-... A YAML definition needs no import.'
      this.diagnostics.push(mistake('NOT_A_DEFINITION', root.range, 'The file holds no list of "objects" or "pipelineObjects".', hint))
      return undefined
    }
    this.noteSurplus(whole, '', [objects, parameters, values, name, description])
    return {
      name: this.optionalText(name),
      description: this.optionalText(description),
      definition: {
        objects: this.carriers(objects, 'fields').map(({ id, name: named, fields }): AwsObject => ({ id, name: named, fields })),
        parameters: this.carriers(parameters, 'attributes').map(({ id, fields }): AwsParameter => ({ id, attributes: fields })),
        values: this.values(values),
      },
      surplus: this.surplus,
    }
  }

  /** Objects or parameters: both are an id with keys and values, spread out by the CLI and a list in the API. */
  private carriers(
    section: SourceEntry | undefined,
    listName: 'fields' | 'attributes',
  ): { id: string; name?: string; fields: AwsField[] }[] {
    if (section?.value.kind === 'map' || section?.value.kind === 'text') this.refuse(section.value, `"${section.key}" is not a list.`)
    return itemsOf(section).flatMap((item) => {
      if (item.kind !== 'map') return this.refuse(item, `An entry of "${section?.key}" is not an object.`)
      const listed = lookup(item, listName)
      const isApi = listed?.value.kind === 'list' && listed.value.items.every((field) => field.kind === 'map' && lookup(field, 'key'))
      const head = (key: string) => (isApi ? lookup(item, key) : entryOf(item, key))
      const name = listName === 'fields' ? this.optionalText(head('name')) : undefined
      const id = this.optionalText(head('id')) ?? (name === 'Default' ? name : undefined)
      if (id === undefined || id === '') return this.refuse(item, `An entry of "${section?.key}" has no id.`, 'MISSING_ID')
      if (isApi) this.noteSurplus(item, `${id}.`, [head('id'), head('name'), listed])
      const fields = isApi ? itemsOf(listed).flatMap((field) => this.apiField(field, id)) : this.cliFields(item, listName)
      return [{ id, name, fields }]
    })
  }

  private apiField(field: SourceNode, id: string): AwsField[] {
    if (field.kind !== 'map') return []
    const [named, text, ref] = [lookup(field, 'key'), lookup(field, 'stringValue'), lookup(field, 'refValue')]
    const key = this.optionalText(named) ?? ''
    this.noteSurplus(field, `${id}.${key}.`, [named, text, ref])
    return [{ key, stringValue: this.optionalText(text), refValue: this.optionalText(ref) }]
  }

  private cliFields({ entries }: SourceMap, listName: 'fields' | 'attributes'): AwsField[] {
    return entries
      .filter(({ key }) => key !== 'id' && (key !== 'name' || listName === 'attributes'))
      .flatMap(({ key, value }) => (value.kind === 'list' ? value.items : [value]).map((item) => this.cliField(key, item)))
  }

  private cliField(key: string, node: SourceNode): AwsField {
    if (node.kind === 'nothing') return { key }
    if (node.kind === 'text') return { key, stringValue: node.text }
    const [entry] = node.kind === 'map' ? node.entries : []
    if (node.kind === 'map' && node.entries.length === 1 && entry?.key === 'ref') return { key, refValue: this.optionalText(entry) }
    this.refuse(node, `${key} is neither text nor a reference {"ref": id}.`)
    return { key }
  }

  /** A map in the CLI's files, a list of id and text in the API's answers. */
  private values(section: SourceEntry | undefined): AwsValue[] {
    if (section?.value.kind === 'text') this.refuse(section.value, `"${section.key}" is neither a map nor a list.`)
    if (section?.value.kind === 'map') {
      return section.value.entries.flatMap(({ key, value }) =>
        (value.kind === 'list' ? value.items : [value]).flatMap((item) =>
          item.kind === 'text' ? [{ id: key, stringValue: item.text }] : this.refuse(item, `The value of ${key} is not text.`),
        ),
      )
    }
    return itemsOf(section).flatMap((item) => {
      const id = item.kind === 'map' ? this.optionalText(lookup(item, 'id')) : undefined
      const stringValue = item.kind === 'map' ? this.optionalText(lookup(item, 'stringValue')) : undefined
      if (id === undefined || stringValue === undefined)
        return this.refuse(item, 'A parameter value is not {"id": ..., "stringValue": ...}.')
      return [{ id, stringValue }]
    })
  }

  private noteSurplus({ entries }: SourceMap, path: string, known: readonly (SourceEntry | undefined)[]): void {
    this.surplus.push(...entries.filter((entry) => !known.includes(entry)).map(({ key }) => path + key))
  }

  private optionalText(entry: SourceEntry | undefined): string | undefined {
    if (!entry || entry.value.kind === 'nothing') return undefined
    if (entry.value.kind === 'text') return entry.value.text
    this.refuse(entry.value, `"${entry.key}" is not text.`)
    return undefined
  }

  private refuse(node: SourceNode, message: string, code: DiagnosticCode = 'BAD_VALUE'): [] {
    this.diagnostics.push(mistake(code, node.range, message))
    return []
  }
}

/** The entry of one of the names, as AWS's API or as CloudFormation spells it: `id`, `Id`. */
function lookup(map: SourceMap, ...names: readonly string[]): SourceEntry | undefined {
  return map.entries.findLast(({ key }) => names.some((name) => key === name || key === name[0]?.toUpperCase() + name.slice(1)))
}

function itemsOf(section: SourceEntry | undefined): readonly SourceNode[] {
  return section?.value.kind === 'list' ? section.value.items : []
}
