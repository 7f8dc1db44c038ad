import type { Catalog } from '../spec/catalog.ts'
import type { Family } from '../spec/declarations.ts'
import type { FieldKind } from '../spec/field.ts'
import { declaredKinds, referenceIn, type KindOf } from './declared-kinds.ts'
import type { FieldValue, Parameter, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { writeFlowText, writeKey, writeText } from './write-yaml-text.ts'

const sectionOfFamily: Readonly<Record<Family, string>> = {
  schedule: 'schedules',
  database: 'databases',
  datanode: 'dataNodes',
  dataformat: 'dataFormats',
  precondition: 'preconditions',
  activity: 'activities',
  resource: 'resources',
  action: 'actions',
  utility: 'objects',
}

/** The definition in the YAML form. Sections stand in the order in which their first object does, so that objects which stood together
 *  keep their order.
 *  @see design.md, "The YAML form" */
export function writeYamlForm(definition: PipelineDefinition, catalog: Catalog): string {
  const { name, description, objects, parameters, values, secretValues } = definition
  const kindOf = declaredKinds(definition, catalog)
  const sections = Map.groupBy(objects.values(), (object) => sectionOf(object, catalog))
  const head = ['sluice: 1', ...headLine('name', name), ...headLine('description', description)]
  const blocks = [
    head,
    section('parameters', [...parameters.values()].flatMap(parameterLines)),
    section(
      'values',
      [...values].map(([id, texts]) => line(2, secretValues?.has(id) ? `*${id}` : id, listOrText(texts, 4))),
    ),
    ...[...sections].map(([title, members]) => objectSection(title, members, kindOf)),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

function sectionOf({ id, type }: PipelineObject, catalog: Catalog): string {
  if (id === 'Default') return 'defaults'
  const declaration = type === undefined ? undefined : catalog.get(type)
  return declaration ? sectionOfFamily[declaration.family] : 'objects'
}

function headLine(key: string, text: string | undefined): string[] {
  return text === undefined ? [] : [line(0, key, writeText(text, 2))]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`${title}:`, ...lines] : []
}

function objectSection(title: string, members: readonly PipelineObject[], kindOf: KindOf): string[] {
  const [first] = members
  if (title === 'defaults' && first) return entry(0, title, fieldLines(first, 2, kindOf))
  const implied = title === 'schedules' ? 'Schedule' : undefined
  return [`${title}:`, ...members.flatMap((object) => entry(2, object.id, fieldLines(object, 4, kindOf, implied)))]
}

/** The lines of one map that stands under `key`. */
function entry(indent: number, key: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [`${' '.repeat(indent)}${writeKey(key)}:`, ...lines] : [line(indent, key, '{}')]
}

function fieldLines(object: PipelineObject, indent: number, kindOf: KindOf, impliedType?: string): string[] {
  const { id, name, type, fields } = object
  const lines = [...fields].map(([field, values]) => {
    const kind = kindOf(object, field)
    return line(
      indent,
      field,
      list(values, indent + 2, (value, deeper) => writeValue(value, deeper, kind)),
    )
  })
  return [
    ...(type === undefined || type === impliedType ? [] : [line(indent, 'type', writeText(type, indent + 2))]),
    ...(name === id ? [] : [line(indent, 'name', writeText(name, indent + 2))]),
    ...lines,
  ]
}

/** A reference is a plain id where the declaration says reference, else `{ ref: id }`. */
function writeValue(value: FieldValue, indent: number, kind: FieldKind | undefined): string {
  const ref = referenceIn(value, kind)
  if (ref === undefined) return 'text' in value ? writeText(value.text, indent, kind) : ''
  return kind === 'reference' ? writeText(ref, indent) : `{ ref: ${writeFlowText(ref)} }`
}

function parameterLines({ id, secret, attributes }: Parameter): string[] {
  const lines = [...attributes].map(([name, texts]) => line(4, name, listOrText(texts, 6, flags.has(name) ? 'boolean' : undefined)))
  return entry(2, secret ? `*${id}` : id, lines)
}

const flags: ReadonlySet<string> = new Set(['optional', 'isArray'])

function listOrText(texts: readonly string[], indent: number, kind?: FieldKind): string {
  return list(texts, indent, (text, deeper) => writeText(text, deeper, kind))
}

/** One value as it is; several short words as `[a, b]`, all else one value a line. */
function list<T>(values: readonly T[], indent: number, write: (value: T, indent: number) => string): string {
  const [only] = values
  if (values.length === 1 && only !== undefined) return write(only, indent)
  const items = values.map((value) => write(value, indent + 2))
  const flow = `[${items.join(', ')}]`
  if (flow.length <= 100 && items.every((item) => /^[A-Za-z][\w-]*$/.test(item))) return flow
  return items.map((item) => `\n${' '.repeat(indent)}- ${item}`).join('')
}

function line(indent: number, key: string, value: string): string {
  return `${' '.repeat(indent)}${writeKey(key)}:${value.startsWith('\n') ? '' : ' '}${value}`
}
