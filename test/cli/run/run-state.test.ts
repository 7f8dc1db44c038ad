import { expect, test } from 'vitest'
import { RunState, viewOf } from '../../../engine/cli/run/run-state.ts'
import type { TaskView } from '../../../engine/cli/view/task-view.ts'
import type { Task } from '../../../engine/queue/task.ts'
import { createCatalog } from '../../../engine/spec/catalog.ts'
import type { InstanceRecord } from '../../../engine/store/instances.ts'

const definition = {
  name: 'p',
  components: {
    second: { id: 'second', name: 'second', type: 'ShellCommandActivity', fields: {} },
    first: { id: 'first', name: 'first', type: 'ShellCommandActivity', fields: {} },
  },
  parameters: {},
  secretParameters: [],
  onDemand: false,
}

function stateOf(): { state: RunState; told: string[] } {
  const told: string[] = []
  const tell = ({ componentId, status, attempt }: TaskView): number => told.push(`${componentId} ${status} ${attempt}`)
  return { state: new RunState(definition, createCatalog([]), tell), told }
}

function record(componentId: string, status: InstanceRecord['status'], more: Partial<InstanceRecord> = {}): InstanceRecord {
  const interval = new Date('2001-01-01T00:00:00Z')
  return {
    id: '1',
    key: `@${componentId}_2001-01-01T00:00:00`,
    pipelineId: 'df-1',
    componentId,
    referrerId: '',
    type: 'ShellCommandActivity',
    family: 'activity',
    status,
    intervalStart: interval,
    intervalEnd: interval,
    startTime: undefined,
    endTime: undefined,
    attempts: 1,
    triesLeft: 0,
    errorId: undefined,
    errorMessage: undefined,
    cancellationReason: undefined,
    attemptStartTime: undefined,
    hostname: undefined,
    progress: undefined,
    ...more,
  }
}

const task = {
  instanceKey: '@first_2001-01-01T00:00:00',
  componentId: 'first',
  attemptNumber: 1,
  scheduledStartTime: '2001-01-01T00:00:00+00:00',
} as Task

test('a change is told once, whoever says it', () => {
  const { state, told } = stateOf()
  state.started(task)
  state.store([record('first', 'RUNNING')], [], performance.now())
  state.ended(task, { status: 'FINISHED' })
  state.store([record('first', 'FINISHED')], [], performance.now())
  expect(told).toEqual(['first RUNNING 1', 'first FINISHED 1'])
})

test('an answer to a question that is older than the worker’s word does not count', () => {
  const { state, told } = stateOf()
  const askedMs = performance.now()
  state.started(task)
  state.ended(task, { status: 'FINISHED' })
  state.store([record('first', 'RUNNING')], [], askedMs)
  expect(told).toEqual(['first RUNNING 1', 'first FINISHED 1'])
  expect(state.hasOpen()).toBe(false)
})

test('a failed attempt is over only when the store says so: it may be tried again', () => {
  const { state } = stateOf()
  state.started(task)
  state.ended(task, { status: 'FAILED', errorId: 'X', errorMessage: 'broke', retry: true })
  expect(state.hasOpen()).toBe(true)
})

test('progress of the worker is kept when the store knows less', () => {
  const { state } = stateOf()
  state.started(task)
  state.progress(task, { rows: 10, place: 's3://b/k' })
  state.store([record('first', 'FINISHED', { progress: { bytes: 5, rows: 'nonsense' } })], [], performance.now())
  expect(state.tasks()[0]?.progress).toEqual({ rows: 10, place: 's3://b/k', bytes: 5 })
})

test('tasks stand in the order of the definition', () => {
  const { state } = stateOf()
  state.store([record('first', 'RUNNING'), record('second', 'RUNNING')], [], performance.now())
  expect(state.tasks().map(({ componentId }) => componentId)).toEqual(['second', 'first'])
})

test('what was cancelled says why, and not what failed before that', () => {
  const ended = {
    componentId: 'load',
    attempts: 1,
    intervalStart: new Date(0),
    errorMessage: 'broken',
    cancellationReason: 'a person asked for it',
  }
  expect(viewOf({ ...ended, status: 'CANCELED' } as InstanceRecord).error).toBe('a person asked for it')
  expect(viewOf({ ...ended, status: 'FAILED' } as InstanceRecord).error).toBe('broken')
})
