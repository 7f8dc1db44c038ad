import type { DataFormatHandle, DataNodeMethods, ObjectContext } from '../../engine/spec/index.ts'

/** The fields that say where and how. */
export interface S3Fields {
  readonly filePath?: string
  readonly directoryPath?: string
  readonly manifestFilePath?: string
  readonly dataFormat?: DataFormatHandle
  readonly compression: 'none' | 'gzip'
  readonly s3EncryptionType: 'SERVER_SIDE_ENCRYPTION' | 'NONE'
}

/** What the node can do with the path it has. */
export function bindS3(fields: S3Fields, { clients }: ObjectContext): DataNodeMethods {
  return {
    async exists() {
      const file = fields.filePath ?? fields.manifestFilePath
      if (file) return (await clients.objects.head(file)) !== undefined
      for await (const _first of clients.objects.list(`${fields.directoryPath!.replace(/\/+$/, '')}/`)) return true
      return false
    },
  }
}
