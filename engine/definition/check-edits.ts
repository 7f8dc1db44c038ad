import type { Catalog } from '../spec/catalog.ts'
import { declaredKinds, referenceIn, type KindOf } from './declared-kinds.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { FieldValue, PipelineDefinition, PipelineObject } from './pipeline-definition.ts'
import { mistake } from './problem.ts'

/** One diagnostic for each change from `active`, the definition in force, to `next` that AWS does not allow once a pipeline has been
 *  activated: what exists already would no longer fit what runs.
 *  @see spec/behaviour.md 11, "What may be edited once activated" */
export function checkEdits(active: PipelineDefinition, next: PipelineDefinition, catalog: Catalog): Diagnostic[] {
  const [before, after] = [sideOf(active, catalog), sideOf(next, catalog)]
  return [
    ...[...active.objects.values()].flatMap((object) => checkRemoved(object, next)),
    ...[...next.objects.values()].flatMap((object) => {
      const old = active.objects.get(object.id)
      return old ? [...checkReferences(before, old, after, object), ...checkTiming(old, object)] : checkNew(after, object, active)
    }),
  ]
}

interface Side {
  readonly kindOf: KindOf
}

function sideOf(definition: PipelineDefinition, catalog: Catalog): Side {
  return { kindOf: declaredKinds(definition, catalog) }
}

const wayOut = 'Undo it, or make a new pipeline of the new definition.'

function refuse(range: Diagnostic['range'], message: string, hint = wayOut): Diagnostic {
  return mistake('FORBIDDEN_EDIT', range, message, hint)
}

function checkRemoved({ id }: PipelineObject, next: PipelineDefinition): Diagnostic[] {
  if (next.objects.has(id)) return []
  return [
    refuse(
      undefined,
      `${id} was removed, but an object of an activated pipeline may not be.`,
      'Put it back; nothing needs to refer to it.',
    ),
  ]
}

function checkReferences(before: Side, old: PipelineObject, after: Side, object: PipelineObject): Diagnostic[] {
  const names = new Set([...old.fields.keys(), ...object.fields.keys()])
  return [...names].flatMap((name) => {
    const [was, is] = [targets(before, old, name), targets(after, object, name)]
    if (was === is) return []
    const change = was === '' ? `was added` : is === '' ? 'was removed' : `was changed from ${was} to ${is}`
    const range = object.fields.get(name)?.[0]?.range ?? object.range
    return [refuse(range, `The reference ${object.id}.${name} ${change}, but references of an activated pipeline may not change.`)]
  })
}

function targets({ kindOf }: Side, object: PipelineObject, name: string): string {
  const kind = kindOf(object, name)
  return (object.fields.get(name) ?? []).flatMap((value) => referenceIn(value, kind) ?? []).join(', ')
}

const timing: Readonly<Record<string, string>> = {
  period: 'The period of an activated schedule may not change.',
  cron: 'The ticks of an activated schedule may not change.',
  timeZone: 'The time zone of an activated schedule may not change.',
  startDateTime: 'The start of an activated schedule may not change.',
  startAt: 'The start of an activated schedule may not change.',
}

function checkTiming(old: PipelineObject, object: PipelineObject): Diagnostic[] {
  if (object.type !== 'Schedule') return []
  return Object.entries(timing).flatMap(([name, message]) => {
    const [was, is] = [textOf(old.fields.get(name)), textOf(object.fields.get(name))]
    if (was === is) return []
    const hint = !name.startsWith('start') ? wayOut : 'Undo it, and activate from another time instead.'
    return [
      refuse(object.fields.get(name)?.[0]?.range ?? object.range, `${object.id}.${name} was "${was}" and is "${is}". ${message}`, hint),
    ]
  })
}

function textOf(values: readonly FieldValue[] | undefined): string {
  const [value] = values ?? []
  return value && 'text' in value ? value.text.trim() : ''
}

/** What is new may read what exists, but not write it. */
function checkNew({ kindOf }: Side, object: PipelineObject, active: PipelineDefinition): Diagnostic[] {
  const kind = kindOf(object, 'output')
  return (object.fields.get('output') ?? []).flatMap((value) => {
    const id = referenceIn(value, kind)
    if (id === undefined || !active.objects.has(id)) return []
    const message = `${object.id} is new and names ${id} as its output, but an object that exists may not get a new writer.`
    return [refuse(value.range, message, 'Give it a data node of its own.')]
  })
}
