import { createFileStore } from '../../engine/clients/object-store/file-store.ts'
import { createFolderStore } from '../../engine/clients/object-store/folder-store.ts'
import { routeObjects } from '../../engine/clients/object-store/object-store-router.ts'
import type { Clients } from '../../engine/clients/clients.ts'
import { createFileNotifier } from '../../engine/clients/sns-notifier.ts'
import type { ObjectStore } from '../../engine/clients/object-store.ts'
import type { InstanceIdentity, ObjectContext, Progress } from '../../engine/spec/index.ts'

/** A context over real stores in a folder, for binding one object of a shelf. */
export interface TestContext extends ObjectContext {
  readonly lines: string[]
  readonly reports: Progress[]
}

export interface TestContextOptions extends Partial<Pick<ObjectContext, 'signal' | 'checkFence'>> {
  readonly s3?: ObjectStore
  readonly instance?: Partial<InstanceIdentity>
}

export function objectContext(folder: string, { s3, instance, ...more }: TestContextOptions = {}): TestContext {
  const lines: string[] = []
  const reports: Progress[] = []
  return {
    lines,
    reports,
    signal: new AbortController().signal,
    log: { info: (line) => void lines.push(line), warn: (line) => void lines.push(`WARN ${line}`) },
    instance: { ...identity, ...instance },
    clients: testClients(folder, s3),
    progress: (progress) => void reports.push(progress),
    checkFence: async () => {},
    ...more,
  }
}

const identity: InstanceIdentity = {
  pipelineId: 'df-TEST',
  pipelineName: 'test',
  componentId: 'export',
  instanceId: '@export_2026-01-01T02:00:00',
  attemptNumber: 1,
  attemptKey: 'a_1',
  publishKey: 'p_1',
  scheduledStartTime: new Date('2026-01-01T02:00:00Z'),
  scheduledEndTime: new Date('2026-01-02T02:00:00Z'),
}

function testClients(folder: string, s3: ObjectStore = createFolderStore(`${folder}/s3`)): Clients {
  return {
    objects: routeObjects({ s3, file: createFileStore(folder) }),
    notifier: createFileNotifier(`${folder}/sns`),
    sql: () => {
      throw new Error('no database in this test')
    },
    embeddedDatabase: () => {
      throw new Error('no database in this test')
    },
    close: async () => {},
  }
}
