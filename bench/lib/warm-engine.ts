import { performance } from 'node:perf_hooks'
import { startEngine, type Engine } from '../../engine/app.ts'
import type { TaskSource } from '../../engine/queue/task-source.ts'
import { createPipeline, putDefinition } from '../../engine/store/pipelines.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { catalogWithNoop } from './noop.ts'
import { noopDefinition, type Graph } from './noop-definition.ts'

export interface WarmEngine extends AsyncDisposable {
  /** Milliseconds from the activation of a pipeline of no-ops until the ending of its last task is stored. */
  run(graph: Graph): Promise<number>
}

export interface WarmEngineOptions {
  readonly home: string
  readonly databaseUrl: string
  /** Absent: hints go through PostgreSQL. */
  readonly redisUrl?: string
  readonly slots: number
  /** False: a worker never goes on with what it readied; every task takes the way through the queue. */
  readonly goOn?: boolean
}

/** The whole engine in this process, started and ready. */
export async function openWarmEngine({ home, databaseUrl, redisUrl, slots, goOn = true }: WarmEngineOptions): Promise<WarmEngine> {
  const settings = readSettings({}, { home, databaseUrl, redisUrl, slots: { activity: slots, precondition: 1 } })
  const engine = await startEngine(settings, (sentence) => console.error(sentence), {
    catalog: await catalogWithNoop(),
    aroundSource: goOn ? undefined : withoutGoingOn,
  })
  return {
    run: (graph) => run(engine, graph),
    [Symbol.asyncDispose]: () => engine.stop('drain'),
  }
}

async function run(engine: Engine, graph: Graph): Promise<number> {
  const definition = noopDefinition(graph)
  const pipelineId = await createPipeline(engine.store.db, definition.name)
  const version = await putDefinition(engine.store.db, pipelineId, '', definition, () => 'activity')
  const finished = endings(engine, pipelineId, Object.keys(graph).length)
  const start = performance.now()
  await engine.activate({ pipelineId, version, definition })
  await finished
  return performance.now() - start
}

function endings(engine: Engine, pipelineId: string, count: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = count
  engine.worker.events.on('ended', function listen(task) {
    if (task.pipelineId !== pipelineId || (left -= 1) > 0) return
    engine.worker.events.off('ended', listen)
    resolve()
  })
  return promise
}

function withoutGoingOn(source: TaskSource): TaskSource {
  return {
    ...source,
    start: () => source.start(),
    take: (...args) => source.take(...args),
    settle: (lane, settlements) => source.settle(lane, settlements, 0),
    close: () => source.close(),
  }
}
