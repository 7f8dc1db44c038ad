import type { DataFormatHandle } from '../../engine/spec/index.ts'

/** The fields that say where and how. */
export interface S3Fields {
  readonly filePath?: string
  readonly directoryPath?: string
  readonly manifestFilePath?: string
  readonly dataFormat?: DataFormatHandle
  readonly compression: 'none' | 'gzip'
  readonly s3EncryptionType: 'SERVER_SIDE_ENCRYPTION' | 'NONE'
}
