import type { AwsDefinition, AwsField, AwsObject, AwsParameter, AwsValue } from '../../clients/data-pipeline.ts'
import type { Catalog } from '../../spec/catalog.ts'
import { changed, notSupported, reportedName, type FieldFate, type Judgement } from './fate.ts'

/** The definition as it is to be written, and the fate of every field that is not written as AWS sent it. All other fields are the same. */
export function mendDefinition(aws: AwsDefinition, catalog: Catalog): { definition: AwsDefinition; fates: FieldFate[] } {
  const fates: FieldFate[] = []
  const secrets = new Set([...aws.parameters, ...aws.values].filter(({ id }) => id.startsWith('*')).map(({ id }) => id.slice(1)))
  const isSecret = (id: string): boolean => secrets.has(id.replace(/^\*/, ''))

  const mendObject = (object: AwsObject): AwsObject => ({
    ...object,
    fields: mendFields(object.fields, (key, values) => mendField(key, values, catalog), told('object', object.id)),
  })
  const mendParameter = (parameter: AwsParameter): AwsParameter => ({
    ...parameter,
    attributes: mendFields(
      parameter.attributes,
      (key, values) => mendAttribute(key, values, isSecret(parameter.id)),
      told('parameter', parameter.id),
    ),
  })
  const mendValue = (value: AwsValue): AwsValue[] => {
    if (!isSecret(value.id) || !isMasked(value)) return [value]
    told('value', value.id)('', notSupported(`${masked} Give it again: --param ${value.id.replace(/^\*/, '')}=...`))
    return []
  }
  const told =
    (of: FieldFate['of'], id: string) =>
    (field: string, judgement: Judgement): void =>
      void fates.push({ of, id, field, ...judgement })

  const definition = {
    objects: aws.objects.map(mendObject),
    parameters: aws.parameters.map(mendParameter),
    values: aws.values.flatMap(mendValue),
  }
  return { definition, fates }
}

interface Mended {
  readonly fields: readonly AwsField[]
  readonly judgement?: Judgement
}

type Mend = (key: string, values: readonly AwsField[]) => Mended

function mendFields(fields: readonly AwsField[], mend: Mend, tell: (field: string, judgement: Judgement) => void): AwsField[] {
  return [...Map.groupBy(fields, ({ key }) => key)].flatMap(([key, values]) => {
    const { fields: mended, judgement } = mend(key, values)
    if (judgement) tell(reportedName(key), judgement)
    return mended
  })
}

function mendField(key: string, values: readonly AwsField[], catalog: Catalog): Mended {
  if (key === 'id' || key === 'name')
    return leftOut(`The ${key} of an object stands beside its fields; a second one has no place in a definition.`)
  if (key.startsWith('*') && values.some(isMasked))
    return leftOut(`${masked} Write it as a parameter, #{*myPassword}, and give that one with --param.`)
  return key === 'type' ? mendType(values, catalog) : mendEmpty(values)
}

function mendAttribute(key: string, values: readonly AwsField[], secret: boolean): Mended {
  if (key === 'id') return leftOut('The id of a parameter stands beside its attributes; a second one has no place in a definition.')
  if (secret && key === 'default' && values.some(isMasked)) return leftOut(`${masked} Write a default, or give a value with --param.`)
  return mendEmpty(values)
}

/** AWS takes types in any letter case, and Sluice as they are declared. */
function mendType(values: readonly AwsField[], catalog: Catalog): Mended {
  const [written] = values
  const type = written?.stringValue
  if (!written || type === undefined || values.length > 1 || catalog.get(type)) return mendEmpty(values)
  const declared = [...catalog.types.keys()].find((name) => name.toLowerCase() === type.toLowerCase())
  if (!declared) return { fields: values }
  return { fields: [{ ...written, stringValue: declared }], judgement: changed(`Written ${declared}, as Sluice spells "${type}".`) }
}

/** A field that holds neither text nor a reference says nothing; one that holds both is text to AWS's CLI. */
function mendEmpty(values: readonly AwsField[]): Mended {
  const full = values.filter(({ stringValue, refValue }) => stringValue !== undefined || refValue !== undefined)
  if (full.length === 0) return leftOut('It has no value.')
  if (full.length < values.length)
    return { fields: full, judgement: changed('A value that holds neither text nor a reference is left out.') }
  if (!full.some(({ stringValue, refValue }) => stringValue !== undefined && refValue !== undefined)) return { fields: full }
  const texts = full.map((field) => (field.stringValue === undefined ? field : { key: field.key, stringValue: field.stringValue }))
  return { fields: texts, judgement: changed("It holds text and a reference: the text is taken, as AWS's CLI does.") }
}

function leftOut(why: string): Mended {
  return { fields: [], judgement: notSupported(why) }
}

const masked = 'AWS shows only asterisks for this secret.'

function isMasked({ stringValue = '' }: { readonly stringValue?: string }): boolean {
  return /^\*{4,}$/.test(stringValue)
}
