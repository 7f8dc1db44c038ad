import { join } from 'node:path'
import { awsSettings, type Environment } from '../aws-settings.ts'
import type { ObjectStore } from '../object-store.ts'
import { createFileStore } from './file-store.ts'
import { createFolderStore } from './folder-store.ts'
import { routeObjects } from './object-store-router.ts'
import { createS3Store } from './s3-store.ts'

export interface ObjectStorePlaces {
  /** Sluice's own folder, absolute. */
  readonly home: string
  /** The process's environment: its `AWS_*` variables decide whether `s3://` is an endpoint or the folder `<home>/s3`. */
  readonly env: Environment
  /** Where relative `file:` paths start. */
  readonly baseDirectory: string
}

/** The object store of a process. Nothing is opened or made before the first use. */
export function openObjectStore({ home, env, baseDirectory }: ObjectStorePlaces): ObjectStore & { close(): Promise<void> } {
  const settings = awsSettings(env, 'S3')
  const remote = settings && createS3Store(settings)
  const objects = routeObjects({ s3: remote ?? createFolderStore(join(home, 's3')), file: createFileStore(baseDirectory) })
  return { ...objects, close: async () => remote?.close() }
}
