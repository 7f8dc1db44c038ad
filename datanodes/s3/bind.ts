import type { DataNodeMethods, ObjectContext } from '../../engine/spec/index.ts'
import { existsAt } from './objects.ts'
import { publishDirectory } from './publish-directory.ts'
import { readObjects } from './read-objects.ts'
import type { S3Fields } from './s3-fields.ts'
import { stageObjects } from './stage-objects.ts'
import { writeObjects } from './write-objects.ts'

/** What the node can do with the path it has: a manifest is only read, and only a directory is published from a staging directory. */
export function bindS3(fields: S3Fields, context: ObjectContext): DataNodeMethods {
  const methods: DataNodeMethods = {
    exists: () => existsAt(fields, context),
    read: () => readObjects(fields, context),
    stage: (directory) => stageObjects(fields, directory, context),
  }
  if (fields.filePath === undefined && fields.directoryPath === undefined) return methods
  const writable: DataNodeMethods = { ...methods, write: (source) => writeObjects(fields, source, context) }
  if (fields.directoryPath === undefined) return writable
  return { ...writable, publish: (directory) => publishDirectory(fields, directory, context) }
}
