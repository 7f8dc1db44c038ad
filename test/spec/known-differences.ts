/** A fact in which we differ from AWS's sources on purpose. */
export interface KnownDifference {
  /** Absent: every type that has the field. */
  readonly types?: readonly string[]
  readonly field: string
  readonly fact: string
  readonly here: unknown
  readonly reason: string
}

const ourDefault = 'AWS states no default; behaviour.md section 7 and the service’s observed behaviour give this one.'
const roles = 'AWS’s own examples leave the roles out, and here the credentials of the process are used.'

export const knownDifferences: readonly KnownDifference[] = [
  { field: 'maximumRetries', fact: 'default', here: '2', reason: ourDefault },
  { field: 'retryDelay', fact: 'default', here: '10 minutes', reason: ourDefault },
  { field: 'retryDelay', fact: 'default', here: '1 minute', reason: 'Wait between two checks of a precondition: behaviour.md section 4.' },
  { field: 'maxActiveInstances', fact: 'default', here: '5', reason: 'The service’s limit, behaviour.md section 2.4.' },
  {
    field: 'runsOn',
    fact: 'oneOfGroup',
    here: false,
    reason: 'An activity with no worker runs in the group `default`; --strict asks for one.',
  },
  {
    field: 'workerGroup',
    fact: 'oneOfGroup',
    here: false,
    reason: 'An activity with no worker runs in the group `default`; --strict asks for one.',
  },
  { field: 'role', fact: 'required', here: false, reason: roles },
  { field: 'resourceRole', fact: 'required', here: false, reason: roles },
  {
    types: ['ShellCommandActivity'],
    field: 'stage',
    fact: 'default',
    here: 'false',
    reason: 'AWS states none; its examples switch it on where they need it.',
  },
  {
    types: ['S3DataNode'],
    field: 'manifestFilePath',
    fact: 'oneOfGroup',
    here: true,
    reason: 'Whether it may stand alone is not stated; we let it.',
  },
  {
    types: ['S3DataNode'],
    field: 'compression',
    fact: 'default',
    here: 'none',
    reason: 'AWS states none, and nothing else could be meant.',
  },
  {
    types: ['Ec2Resource'],
    field: 'region',
    fact: 'default',
    here: undefined,
    reason: 'AWS’s default is a description: the pipeline’s region.',
  },
  { types: ['Ec2Resource'], field: 'instanceType', fact: 'default', here: undefined, reason: 'AWS’s default is a description: by region.' },
  {
    types: ['Ec2Resource'],
    field: 'associatePublicIpAddress',
    fact: 'default',
    here: undefined,
    reason: 'AWS’s default is a description: by network.',
  },
  { types: ['Schedule'], field: 'period', fact: 'required', here: false, reason: '`cron` may stand instead of it, beyond AWS.' },
  { types: ['Schedule'], field: 'period', fact: 'oneOfGroup', here: true, reason: '`cron` may stand instead of it, beyond AWS.' },
  ...['database', 'connectionString'].map((field) => ({
    types: ['SqlDataNode', 'MySqlDataNode'],
    field,
    fact: 'oneOfGroup',
    here: true,
    reason: 'AWS asks for neither, though a node without both reaches no database.',
  })),
  ...['jdbcDriverClass', 'username', '*password'].map((field) => ({
    types: ['JdbcDatabase'],
    field,
    fact: 'required',
    here: false,
    reason: 'The dialect follows from the connection string, and `embedded:` databases have no accounts.',
  })),
  {
    types: ['EmrCluster'],
    field: 'region',
    fact: 'default',
    here: undefined,
    reason: 'AWS’s default is a description: the pipeline’s region.',
  },
  {
    types: ['EmrCluster'],
    field: 'applications',
    fact: 'default',
    here: undefined,
    reason: 'AWS’s default is a description: Hive and Pig.',
  },
  {
    types: ['HttpProxy'],
    field: '',
    fact: 'family',
    here: 'utility',
    reason: 'In the guide’s chapter of resources, but it is no machine and has no instances: behaviour.md section 1.',
  },
]
