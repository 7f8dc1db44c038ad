import type { ChainAnswer, PlanAnswer, PlanChain, PlannedInstance, PlannedInterval, PlanStep, PlanTarget } from '../planned.ts'
import { advance } from './advance.ts'
import { byId, changeStatus, end, hasFailed, isMet } from './change.ts'
import { cancelInstances, spreadFailure } from './fail.ts'
import type { World, WorldInstance, WorldPipeline } from './state.ts'

/** Chains of intervals become instances; no two chains are of one pipeline. What they make begins together. */
export function planChains(world: World, chains: readonly PlanChain[], now: number): ChainAnswer[] {
  const news = new Set<WorldInstance>()
  const answers = chains.map((chain) => planChain(world, chain, news, now))
  beginInstances(world, [...news].filter(({ hold }) => hold === undefined).toSorted(byId), now)
  return answers
}

/** One interval becomes instances. */
export function planInterval(world: World, target: PlanTarget, plan: PlannedInterval, now: number): PlanAnswer {
  return planChains(world, [[{ target, plan }]], now)[0]!.answer
}

function planChain(world: World, chain: PlanChain, news: Set<WorldInstance>, now: number): ChainAnswer {
  const judged = chain.map((step, before) => judge(world, step, before, now))
  for (const [planned, step] of chain.entries()) {
    const answer = judged[planned]!
    if (answer !== 'PLANNED') return { planned, answer }
    const pipeline = world.pipelines.get(step.target.pipelineId)!
    if (step.target.schedule && !moveWatermark(world, pipeline, step.target.schedule)) return { planned, answer: 'STALE' }
    placeAll(world, pipeline, step, news, now)
  }
  return { planned: chain.length, answer: 'PLANNED' }
}

/** Whether a step may be planned behind `before` others of its chain, which all count as active. */
function judge(world: World, { target, plan }: PlanStep, before: number, now: number): PlanAnswer {
  const pipeline = world.pipelines.get(target.pipelineId)
  if (pipeline?.state !== 'SCHEDULED' || pipeline.activeVersion !== target.version) return 'INACTIVE'
  if (target.due && target.due.getTime() > now) return 'EARLY'
  if (target.schedule && isAllPaused(pipeline, plan.limits)) return 'PAUSED'
  if (world.rules['no more than maxActiveInstances are planned'] && isFull(pipeline, plan, before)) return 'FULL'
  return 'PLANNED'
}

function placeAll(world: World, pipeline: WorldPipeline, { target, plan }: PlanStep, news: Set<WorldInstance>, now: number): void {
  const holding = holdingOf(pipeline)
  const rows = plan.rows.map((row) => {
    const held = row.status === 'WAITING_ON_DEPENDENCIES' && (holding.has(row.component) || holding.has(row.referrer))
    return place(world, pipeline, target.version, row, held ? { room: plan.limits[row.component] } : undefined, now)
  })
  const skipped = rows.filter(({ what }) => what === 'SKIPPED').map(({ instance }) => instance)
  // Those were places that others may wait for. Before the edges of this plan, whose counts take in what is SKIPPED.
  if (world.rules['what is skipped lets others go on']) advance(world, skipped.toSorted(byId), [], now)
  const own = new Set(rows.filter(({ what }) => what === 'begins' || what === 'held').map(({ instance }) => instance))
  for (const [index, { resource }] of plan.rows.entries()) {
    const { instance } = rows[index]!
    if (own.has(instance) && resource !== null) house(instance, rows[resource]!.instance)
  }
  skipPlaces(world, pipeline, plan.rows, rows, now)
  for (const { producer, consumer, kind } of plan.edges) {
    const edge = { producer: rows[producer]!.instance, consumer: rows[consumer]!.instance, kind }
    if (!own.has(edge.consumer) || edge.consumer.producers.some((other) => other.producer === edge.producer)) continue
    edge.producer.consumers.push(edge)
    edge.consumer.producers.push(edge)
  }
  for (const instance of own) news.add(instance)
}

/** How many runs of a component that start earlier take room: what has not ended, but for what a person runs again. */
export function activeCount(pipeline: WorldPipeline, component: string, before = Infinity): number {
  let count = 0
  for (const instance of pipeline.open) {
    if (instance.component === component && instance.start < before && instance.status !== 'SCHEDULED' && instance.rerun === 0) count++
  }
  return count
}

/** Whether a component has as many active instances as it may, `before` that are to be planned earlier counted in. */
export function isFull(pipeline: WorldPipeline, { limits, rows }: Pick<PlannedInterval, 'limits' | 'rows'>, before = 0): boolean {
  const holding = holdingOf(pipeline)
  return Object.entries(limits).some(
    ([component, limit]) => !holding.has(component) && activeCount(pipeline, component, startOf(rows, component)) + before >= limit,
  )
}

/** When the interval that is planned for a component begins; only what starts earlier is in its way. */
function startOf(rows: PlannedInterval['rows'], component: string): number | undefined {
  return rows.find((row) => row.component === component && row.status !== 'SCHEDULED')?.start.getTime()
}

/** Whether there are components to plan, and all are paused. */
function isAllPaused({ components }: WorldPipeline, limits: PlannedInterval['limits']): boolean {
  const own = Object.keys(limits)
  return own.length > 0 && own.every((id) => components.get(id)?.paused)
}

/** Components that are paused, or that have older instances on hold: what is planned of them is on hold too. */
function holdingOf({ components, open }: WorldPipeline): ReadonlySet<string> {
  const holding = new Set<string>()
  for (const [id, { paused }] of components) if (paused) holding.add(id)
  for (const { hold, family, component } of open) if (hold !== undefined && family !== 'precondition') holding.add(component)
  return holding
}

function moveWatermark(
  world: World,
  pipeline: WorldPipeline,
  { id, type, index, nextIndex, nextDue, nextStart }: NonNullable<PlanTarget['schedule']>,
): boolean {
  const watermark = pipeline.watermarks.find(({ scheduleId, scheduleType }) => scheduleId === id && scheduleType === type)
  if (!watermark) return false
  if (watermark.nextIndex !== index && world.rules['a watermark moves by compare and set']) return false
  watermark.nextIndex = nextIndex
  watermark.nextDue = nextDue?.getTime()
  watermark.nextStart = nextStart?.getTime()
  return true
}

interface Placed {
  readonly instance: WorldInstance
  /** What became of the row. */
  readonly what: 'begins' | 'held' | 'SKIPPED' | 'place' | 'known'
}

/** The instance of a row: made, or filling a place that was kept for it, or what is there already. */
function place(
  world: World,
  pipeline: WorldPipeline,
  version: number,
  row: PlannedInstance,
  hold: { readonly room: number | undefined } | undefined,
  now: number,
): Placed {
  const key = placeKey(row.component, row.referrer, row.start.getTime())
  const there = pipeline.byKey.get(key)
  if (!there) {
    const instance = make(world, pipeline, version, row, hold, now)
    pipeline.byKey.set(key, instance)
    return { instance, what: whatOf(row, hold !== undefined) }
  }
  const fills = there.status === 'SCHEDULED' && there.hold === undefined && row.status !== 'SCHEDULED'
  if (fills) fill(world, there, version, row, hold, now)
  return { instance: there, what: fills ? whatOf(row, hold !== undefined) : 'known' }
}

function whatOf({ status }: PlannedInstance, held: boolean): Placed['what'] {
  if (held) return 'held'
  return status === 'WAITING_ON_DEPENDENCIES' ? 'begins' : status === 'SKIPPED' ? 'SKIPPED' : 'place'
}

/** What tells the instances of a pipeline apart. */
function placeKey(component: string, referrer: string, start: number): string {
  return `${component} ${referrer} ${start}`
}

function make(
  world: World,
  pipeline: WorldPipeline,
  version: number,
  row: PlannedInstance,
  hold: { readonly room: number | undefined } | undefined,
  now: number,
): WorldInstance {
  const instance: WorldInstance = {
    id: world.instances.length + 1,
    pipeline,
    component: row.component,
    referrer: row.referrer,
    key: row.key,
    type: row.type,
    family: row.family ?? 'utility',
    start: row.start.getTime(),
    producers: [],
    consumers: [],
    attempts: [],
    housed: [],
    version,
    stop: row.stop.getTime(),
    due: row.due.getTime(),
    status: hold ? 'SCHEDULED' : row.status,
    hold: hold && 'PAUSED',
    holdRoom: hold?.room,
    waiting: 0,
    group: row.grp,
    lane: row.lane,
    priority: row.priority,
    pool: row.pool ?? undefined,
    resource: undefined,
    cascade: row.cascades,
    fires: row.fires,
    maximumRetries: row.retries,
    triesLeft: row.retries + 1,
    attemptCount: 0,
    rerun: 0,
    lateTime: row.late?.getTime(),
    actualStart: row.status === 'SCHEDULED' || hold ? undefined : now,
    actualEnd: row.status === 'SKIPPED' ? now : undefined,
    errorId: undefined,
    errorMessage: undefined,
    cancellationReason: undefined,
    providerId: undefined,
    lateAfter: row.late ? row.late.getTime() - row.due.getTime() : undefined,
    usedBy: row.used_by ?? [],
    rules: row.rules,
    deadline: undefined,
    availableTime: undefined,
    endsAs: undefined,
    leaseUntil: undefined,
  }
  world.instances.push(instance)
  pipeline.instances.push(instance)
  if (row.status !== 'SKIPPED') pipeline.open.add(instance)
  if (instance.lateTime !== undefined) world.late.add(instance)
  if (instance.family === 'resource') world.resources.add(instance)
  world.watch.changed(instance, undefined)
  return instance
}

function fill(
  world: World,
  instance: WorldInstance,
  version: number,
  row: PlannedInstance,
  hold: { readonly room: number | undefined } | undefined,
  now: number,
): void {
  if (!hold) changeStatus(world, instance, row.status)
  instance.hold = hold && 'PAUSED'
  instance.holdRoom = hold?.room
  instance.version = version
  instance.stop = row.stop.getTime()
  instance.due = row.due.getTime()
  instance.group = row.grp
  instance.lane = row.lane
  instance.priority = row.priority
  instance.pool = row.pool ?? undefined
  instance.cascade = row.cascades
  instance.fires = row.fires
  instance.maximumRetries = row.retries
  instance.triesLeft = row.retries + 1
  instance.lateTime = row.late?.getTime()
  instance.lateAfter = row.late ? row.late.getTime() - row.due.getTime() : undefined
  instance.usedBy = row.used_by ?? []
  instance.rules = row.rules
  instance.actualStart = hold ? undefined : now
  instance.actualEnd = row.status === 'SKIPPED' ? now : undefined
  world.watch.changed(instance, instance.status)
  if (instance.lateTime !== undefined) world.late.add(instance)
  else world.late.delete(instance)
}

function house(instance: WorldInstance, resource: WorldInstance): void {
  instance.resource = resource
  resource.housed.push(instance)
}

/** A place that no watermark is going to reach would be waited for without end. */
function skipPlaces(
  world: World,
  pipeline: WorldPipeline,
  planned: readonly PlannedInstance[],
  rows: readonly { readonly instance: WorldInstance }[],
  now: number,
): void {
  for (const [at, { status, schedule, rhythm, index }] of planned.entries()) {
    const { instance } = rows[at]!
    if (
      status !== 'SCHEDULED' ||
      instance.status !== 'SCHEDULED' ||
      instance.hold !== undefined ||
      schedule === undefined ||
      index === undefined
    )
      continue
    const isReached = pipeline.watermarks.some(
      (mark) =>
        mark.scheduleId === schedule &&
        mark.scheduleType === rhythm &&
        mark.nextDue !== undefined &&
        index >= mark.nextIndex &&
        index <= (mark.lastIndex ?? index),
    )
    if (!isReached) end(world, instance, 'SKIPPED', now)
  }
}

/** What was made begins: its dependencies are counted, what waits for nothing is readied or, being a data node, FINISHED, and failures that
 *  came before it reach it. */
export function beginInstances(world: World, instances: readonly WorldInstance[], now: number): void {
  const outside = new Set<WorldInstance>()
  const own = new Set(instances)
  for (const instance of instances) {
    let open = 0
    for (const { producer } of instance.producers) {
      if (!own.has(producer)) outside.add(producer)
      if (!isMet(producer) || !world.rules['a plan counts what has ended']) open++
    }
    if (open > 0) instance.waiting = open
    world.watch.changed(instance, instance.status)
  }
  for (const instance of instances) {
    if (instance.status === 'WAITING_ON_DEPENDENCIES' && instance.waiting === 0 && instance.family === 'datanode')
      end(world, instance, 'FINISHED', now)
  }
  advance(
    world,
    instances.filter(({ status }) => status === 'FINISHED'),
    instances.filter(isReady),
    now,
  )
  cancelInstances(
    world,
    instances.filter(({ resource }) => resource && hasFailed(resource) && resource.status !== 'CASCADE_FAILED'),
    'its resource has failed',
    now,
  )
  spreadFailure(world, [...outside].filter(hasFailed).toSorted(byId), now)
}

/** An activity or precondition that waits for nothing. */
export function isReady({ status, waiting, family }: WorldInstance): boolean {
  return status === 'WAITING_ON_DEPENDENCIES' && waiting === 0 && (family === 'activity' || family === 'precondition')
}
