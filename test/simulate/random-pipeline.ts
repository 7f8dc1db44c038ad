import { formatDateTime } from '../../engine/spec/date-time.ts'
import type { Dice } from '../fuzz/dice.ts'
import type { ObjectSpec, PipelineSpec } from './pipeline-spec.ts'

const hour = 3_600_000

/** A pipeline of some activities and data nodes in a random acyclic graph, on one or several schedules that end within `hours` of `start`. */
export function randomPipeline(dice: Dice, id: string, start: number, hours: number): PipelineSpec {
  const onDemand = dice.chance(0.15)
  const schedules = onDemand ? [] : randomSchedules(dice, start, hours)
  const actions = dice.chance(0.5) ? [alarm] : []
  const preconditions = Array.from({ length: dice.chance(0.5) ? 1 + dice.below(2) : 0 }, (_, n) => randomPrecondition(dice, n))
  const resources = Array.from({ length: dice.chance(0.4) ? 1 + dice.below(2) : 0 }, (_, n) => randomResource(dice, n, schedules, actions))
  const nodes = randomGraph(dice, { schedules, actions, preconditions, resources })
  const used = new Set(
    nodes.flatMap(({ fields }) =>
      Object.values(fields)
        .filter((value) => typeof value !== 'string')
        .flat(),
    ),
  )
  const needed = ({ id: name }: ObjectSpec): boolean => used.has(name)
  const kept = resources.filter(needed)
  const objects = [...schedules, ...nodes, ...preconditions.filter(needed), ...kept, ...actions]
  const referred = new Set(
    objects.flatMap(({ fields }) =>
      Object.values(fields)
        .filter((value) => typeof value !== 'string')
        .flat(),
    ),
  )
  return { id, onDemand, objects: objects.filter(({ id: name, section }) => section !== 'actions' || referred.has(name)) }
}

/** The next version: other numbers, and maybe one more activity; what an edit may not change is as it was. */
export function editedPipeline(dice: Dice, pipeline: PipelineSpec): PipelineSpec {
  const objects = pipeline.objects.map((object) =>
    object.section === 'activities' ? { ...object, fields: { ...object.fields, ...numbers(dice) } } : object,
  )
  const schedules = objects.filter(({ section }) => section === 'schedules')
  const added = (id: string, more: ObjectSpec['fields']): ObjectSpec => ({
    id,
    section: 'activities',
    type: 'ShellCommandActivity',
    fields: { command: 'true', ...placeOf(dice, schedules), ...numbers(dice), ...more },
  })
  // The second waits for intervals of the first that began before there was one.
  const more = [added('new0', {}), added('new1', { dependsOn: ['new0'] })].slice(0, dice.below(3))
  return { ...pipeline, objects: [...objects, ...more] }
}

const alarm: ObjectSpec = {
  id: 'alarm',
  section: 'actions',
  type: 'SnsAlarm',
  fields: { topicArn: 'arn', subject: 'it happened', message: 'see there' },
}

const paces: readonly (readonly string[])[] = [
  ['1 hour', '3 hours'],
  ['1 hour', '1 day'],
  ['20 minutes', '2 hours'],
  ['2 hours', '6 hours'],
  ['30 minutes'],
]
const crons = ['0 * * * *', '30 */2 * * *', '15 1,5,9,13 * * *'] as const
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'] as const

function randomSchedules(dice: Dice, start: number, hours: number): ObjectSpec[] {
  const pace = dice.pick(paces)
  const count = Math.min(pace.length, 1 + dice.below(2))
  const periods = dice.chance(0.5) ? pace : pace.toReversed()
  return Array.from({ length: count }, (_, n) => {
    const byCron = dice.chance(0.15)
    const catchUp: Record<string, string> = dice.chance(0.3) ? { catchUp: dice.pick(['latest', 'none']) } : {}
    const begin = start - dice.below(4) * hour
    const atActivation = !byCron && dice.chance(0.15)
    return {
      id: `s${n}`,
      section: 'schedules',
      type: 'Schedule',
      fields: {
        ...catchUp,
        ...(byCron ? { cron: dice.pick(crons), timeZone: dice.pick(zones) } : { period: periods[n]! }),
        ...(atActivation
          ? { startAt: 'FIRST_ACTIVATION_DATE_TIME', occurrences: String(1 + dice.below(4)) }
          : {
              startDateTime: formatDateTime(new Date(begin)),
              endDateTime: formatDateTime(
                new Date(start + (6 + dice.below(hours)) * hour + 24 * hour * Number(byCron || pace.includes('1 day'))),
              ),
            }),
      },
    }
  })
}

function randomPrecondition(dice: Dice, n: number): ObjectSpec {
  const system = dice.chance(0.5)
  const type = system ? 'S3KeyExists' : 'ShellCommandPrecondition'
  return {
    id: `p${n}`,
    section: 'preconditions',
    type,
    fields: { ...(system ? { s3Key: 's3://b/k' } : { command: 'true' }), maximumRetries: String(dice.below(3)) },
  }
}

function randomResource(dice: Dice, n: number, schedules: readonly ObjectSpec[], actions: readonly ObjectSpec[]): ObjectSpec {
  return {
    id: `r${n}`,
    section: 'resources',
    type: 'Ec2Resource',
    fields: {
      ...placeOf(dice, schedules),
      maximumRetries: String(dice.below(3)),
      ...(dice.chance(0.3) ? { initTimeout: dice.pick(['1 minute', '4 minutes']) } : {}),
      ...(dice.chance(0.3) ? { terminateAfter: dice.pick(['30 minutes', '2 hours']) } : {}),
      ...(dice.chance(0.3) ? { actionOnTaskFailure: 'terminate' } : {}),
      ...(dice.chance(0.3) ? { actionOnResourceFailure: 'retryall', retryDelay: '5 minutes' } : {}),
      ...(actions.length > 0 && dice.chance(0.4) ? { onFail: ['alarm'], onSuccess: ['alarm'] } : {}),
    },
  }
}

interface Parts {
  readonly schedules: readonly ObjectSpec[]
  readonly actions: readonly ObjectSpec[]
  readonly preconditions: readonly ObjectSpec[]
  readonly resources: readonly ObjectSpec[]
}

function randomGraph(dice: Dice, parts: Parts): ObjectSpec[] {
  const made: ObjectSpec[] = []
  const size = 2 + dice.below(7)
  const unwritten = new Map<string, number>()
  for (let n = 0; n < size; n++) {
    const isNode = dice.chance(0.3)
    const before = made.filter(() => dice.chance(0.3)).slice(-4)
    const activities = before.filter(({ section }) => section === 'activities').map(({ id }) => id)
    const nodes = before.filter(({ section }) => section === 'dataNodes').map(({ id }) => id)
    const fields: Record<string, string | readonly string[]> = { ...placeOf(dice, parts.schedules) }
    const guards = parts.preconditions.filter(() => dice.chance(0.35)).map(({ id }) => id)
    if (guards.length > 0) fields['precondition'] = guards
    if (dice.chance(0.7)) fields['failureAndRerunMode'] = 'cascade'
    if (parts.actions.length > 0) for (const event of ['onSuccess', 'onFail']) if (dice.chance(0.3)) fields[event] = ['alarm']
    if (parts.actions.length > 0 && dice.chance(0.3)) Object.assign(fields, { lateAfterTimeout: '30 minutes', onLateAction: ['alarm'] })
    if (isNode) {
      if (activities.length > 0 && dice.chance(0.3)) fields['dependsOn'] = activities
      made.push({ id: `d${n}`, section: 'dataNodes', type: 'S3DataNode', fields: { filePath: 's3://b/k', ...fields } })
      unwritten.set(`d${n}`, n)
      continue
    }
    if (activities.length > 0) fields['dependsOn'] = activities
    if (nodes.length > 0) fields['input'] = nodes
    const resource = dice.chance(0.5) ? parts.resources.at(dice.below(parts.resources.length || 1)) : undefined
    if (resource) fields['runsOn'] = [resource.id]
    else if (dice.chance(0.3)) fields['workerGroup'] = 'other'
    made.push({
      id: `a${n}`,
      section: 'activities',
      type: 'ShellCommandActivity',
      fields: { command: 'true', ...fields, ...numbers(dice) },
    })
  }
  return made.map((object, at) => (object.section === 'activities' ? withOutputs(dice, object, made.slice(at + 1)) : object))
}

/** An activity writes only what stands after it: so nothing goes round in a ring. */
function withOutputs(dice: Dice, activity: ObjectSpec, after: readonly ObjectSpec[]): ObjectSpec {
  const output = after.filter(({ section }) => section === 'dataNodes' && dice.chance(0.35)).map(({ id }) => id)
  return output.length > 0 ? { ...activity, fields: { ...activity.fields, output } } : activity
}

function placeOf(dice: Dice, schedules: readonly ObjectSpec[]): Record<string, string | readonly string[]> {
  if (schedules.length === 0) return {}
  return { schedule: [dice.pick(schedules).id], scheduleType: dice.chance(0.4) ? 'cron' : 'timeseries' }
}

function numbers(dice: Dice): Record<string, string> {
  return {
    maximumRetries: String(dice.below(3)),
    retryDelay: dice.pick(['0 seconds', '1 minute', '10 minutes']),
    ...(dice.chance(0.4) ? { maxActiveInstances: String(1 + dice.below(3)) } : {}),
    ...(dice.chance(0.3) ? { priority: String(dice.below(3)) } : {}),
    ...(dice.chance(0.2) ? { pool: dice.pick(['narrow', 'wide']) } : {}),
  }
}
