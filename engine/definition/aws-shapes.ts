import type { Diagnostic } from './diagnostic.ts'
import { mistake } from './problem.ts'
import { entryOf, type SourceEntry, type SourceMap, type SourceNode } from './source-tree.ts'

/** The parts of a definition, wherever one of AWS's shapes puts them. */
interface AwsParts {
  /** The map in which they stand. */
  readonly whole: SourceMap
  readonly objects?: SourceEntry
  readonly parameters?: SourceEntry
  readonly values?: SourceEntry
  readonly name?: SourceEntry
  readonly description?: SourceEntry
}

/** What the CLI's file calls the parts, what the API calls them, and what CloudFormation does. */
const keys = {
  objects: ['objects', 'pipelineObjects', 'PipelineObjects'],
  parameters: ['parameters', 'parameterObjects', 'ParameterObjects'],
  values: ['values', 'parameterValues', 'ParameterValues'],
  name: ['name', 'Name'],
  description: ['description', 'Description'],
} as const

const pipelineType = 'AWS::DataPipeline::Pipeline'

/** Whether the map has one of AWS's shapes: a file as the CLI takes it, where `objects` and `parameters` are lists, an answer of the API, or
 *  a CloudFormation template or resource. */
export function isAwsForm(root: SourceMap): boolean {
  const lists = [...keys.objects, ...keys.parameters].some((key) => entryOf(root, key)?.value.kind === 'list')
  const apiNames = [...keys.objects, ...keys.parameters].slice(1).some((key) => key !== 'parameters' && entryOf(root, key) !== undefined)
  return lists || apiNames || entryOf(root, 'Resources')?.value.kind === 'map' || isPipelineResource(root)
}

/** The parts of a definition in any of AWS's shapes.
 *  @see spec/wire-api.md 3, 8.1, and the CloudFormation User Guide, "AWS::DataPipeline::Pipeline" */
export function awsParts(root: SourceMap, diagnostics: Diagnostic[]): AwsParts {
  const whole = propertiesOf(root, diagnostics)
  const find = (names: readonly string[]): SourceEntry | undefined => whole.entries.find(({ key }) => names.includes(key))
  return {
    whole,
    objects: find(keys.objects),
    parameters: find(keys.parameters),
    values: find(keys.values),
    name: find(keys.name),
    description: find(keys.description),
  }
}

/** The map with its list of `{key, stringValue | refValue}`, the form of the API and of CloudFormation, spread out as the CLI writes it. */
export function plainForm(map: SourceMap, listNames: readonly string[]): SourceMap {
  const entries = isCapitalised(map) ? map.entries.map(lowerCased) : map.entries
  if (!entries.some(({ key }) => listNames.includes(key))) return { ...map, entries }
  return { ...map, entries: entries.flatMap((entry) => (listNames.includes(entry.key) ? apiFields(entry) : [entry])) }
}

/** The properties of the one pipeline of a template; the map itself when it is no template. */
function propertiesOf(root: SourceMap, diagnostics: Diagnostic[]): SourceMap {
  const resources = entryOf(root, 'Resources')?.value
  if (resources?.kind !== 'map') return isPipelineResource(root) ? (mapAt(root, 'Properties') ?? root) : root
  const pipelines = resources.entries.filter(({ value }) => value.kind === 'map' && isPipelineResource(value))
  const [first, second] = pipelines
  if (!first) {
    const message = `The template has no resource of type ${pipelineType}.`
    diagnostics.push(mistake('NOT_A_DEFINITION', resources.range, message, 'Name the template that makes the pipeline.'))
  }
  if (second) {
    const message = `The template makes several pipelines: ${pipelines.map(({ key }) => key).join(', ')}.`
    diagnostics.push(mistake('NOT_A_DEFINITION', second.keyRange, message, 'Keep one pipeline a file.'))
  }
  return (first?.value.kind === 'map' && mapAt(first.value, 'Properties')) || { kind: 'map', entries: [], range: resources.range }
}

function isPipelineResource(map: SourceMap): boolean {
  const type = entryOf(map, 'Type')?.value
  return type?.kind === 'text' && type.text === pipelineType
}

function mapAt(map: SourceMap, key: string): SourceMap | undefined {
  const value = entryOf(map, key)?.value
  return value?.kind === 'map' ? value : undefined
}

/** CloudFormation writes Id, Name, Fields, Attributes, Key, StringValue and RefValue. */
function isCapitalised(map: SourceMap): boolean {
  return entryOf(map, 'Id') !== undefined && entryOf(map, 'id') === undefined
}

const capitalised: ReadonlyMap<string, string> = new Map(
  ['id', 'name', 'fields', 'attributes', 'key', 'stringValue', 'refValue'].map((name) => [
    `${name[0]?.toUpperCase()}${name.slice(1)}`,
    name,
  ]),
)

function lowerCased(entry: SourceEntry): SourceEntry {
  return { ...entry, key: capitalised.get(entry.key) ?? entry.key }
}

function apiFields(entry: SourceEntry): SourceEntry[] {
  const items = entry.value.kind === 'list' ? entry.value.items : []
  const fields = items.flatMap((item) => (item.kind === 'map' ? apiField(item) : []))
  const whole = entry.value.kind === 'list' && fields.length === items.length
  return whole ? grouped(fields) : [entry]
}

/** A key that comes again is one list: that is how the API says lists. */
function grouped(fields: readonly SourceEntry[]): SourceEntry[] {
  return [...Map.groupBy(fields, ({ key }) => key).values()].flatMap((entries) => {
    const [first] = entries
    if (!first || entries.length === 1) return entries
    return [{ ...first, value: { kind: 'list', items: entries.map(({ value }) => value), range: first.value.range } }]
  })
}

function apiField({ entries, range }: SourceMap): SourceEntry[] {
  const map: SourceMap = { kind: 'map', entries: entries.map(lowerCased), range }
  const key = entryOf(map, 'key')?.value
  const value = entryOf(map, 'stringValue')
  const ref = entryOf(map, 'refValue')
  if (key?.kind !== 'text') return []
  if (value) return [{ key: key.text, keyRange: key.range, value: value.value }]
  if (!ref) return []
  const target: SourceNode = { kind: 'map', entries: [{ ...ref, key: 'ref' }], range: ref.value.range }
  return [{ key: key.text, keyRange: key.range, value: target }]
}
