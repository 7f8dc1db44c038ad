import { defineDataNode, fields } from '../engine/spec/index.ts'
import { bindS3 } from './s3/bind.ts'

export default defineDataNode({
  type: 'S3DataNode',
  summary: 'Names a file, a directory or a Redshift manifest in S3.',
  source: 'AWS Data Pipeline Developer Guide, "S3DataNode"',
  fields: {
    filePath: fields.s3Uri('One object: `s3://bucket/key`, or `file:path` on the worker.').optional(),
    directoryPath: fields.s3Uri('A directory of objects; the trailing slash may be left out.').optional(),
    manifestFilePath: fields.s3Uri('A Redshift-style manifest that lists the objects.').optional(),
    dataFormat: fields.dataFormat('How records are laid out; CSV when absent.').optional(),
    compression: fields.enumeration('Compression of the objects.', ['none', 'gzip']).default('none'),
    s3EncryptionType: fields
      .enumeration('Ask S3 to encrypt what is written.', ['SERVER_SIDE_ENCRYPTION', 'NONE'])
      .default('SERVER_SIDE_ENCRYPTION'),
  },
  atLeastOneOf: [['filePath', 'directoryPath', 'manifestFilePath']],
  atMostOneOf: [['filePath', 'directoryPath']],
  example: '{ id: Orders, type: S3DataNode, filePath: "s3://demo/orders/2026-01-01.csv" }',
  notes: [
    'A file is replaced as a whole: readers see the old one or the new one. With neither an AWS endpoint nor credentials, `s3://bucket/key` is the file `s3/bucket/key` of Sluice’s home.',
    'A directory is written file by file, under names that the run determines, and files that an earlier attempt of the same run left are removed last: S3 cannot replace a directory at once, so a reader who needs that waits for the activity, or for the manifest `_sluice/RUN.json` that is written last.',
  ],

  bind: bindS3,
})
