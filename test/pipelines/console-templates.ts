/** What the console's templates are, by hand from spec/templates.md: ids and types of objects but Default, and parameters. */
export const consoleTemplates: Readonly<Record<string, ConsoleTemplate>> = {
  'getting-started-using-shell-command-activity': {
    objects: {
      ShellCommandActivityObj: 'ShellCommandActivity',
      S3InputLocation: 'S3DataNode',
      S3OutputLocation: 'S3DataNode',
      EC2ResourceObj: 'Ec2Resource',
      DefaultSchedule: 'Schedule',
    },
    parameters: {
      myS3InputLoc: 'AWS::S3::ObjectKey = file:access-logs',
      myS3OutputLoc: 'AWS::S3::ObjectKey',
      myShellCmd: 'String = grep -rc "GET" ${INPUT1_STAGING_DIR}/* > ${OUTPUT1_STAGING_DIR}/output.txt',
    },
  },
  'run-aws-cli-command': {
    objects: { CliActivity: 'ShellCommandActivity', Ec2Instance: 'Ec2Resource' },
    parameters: { myAWSCLICmd: 'String' },
  },
  'export-dynamodb-table-to-s3': {
    objects: {
      TableBackupActivity: 'EmrActivity',
      DDBSourceTable: 'DynamoDBDataNode',
      S3BackupLocation: 'S3DataNode',
      EmrClusterForBackup: 'EmrCluster',
    },
    parameters: {
      myDDBTableName: 'String',
      myOutputS3Loc: 'AWS::S3::ObjectKey',
      myDDBReadThroughputRatio: 'Double = 0.25',
      myDDBRegion: 'String = us-east-1',
    },
  },
  'import-dynamodb-backup-data-from-s3': {
    objects: {
      TableLoadActivity: 'EmrActivity',
      S3InputDataNode: 'S3DataNode',
      DDBDestinationTable: 'DynamoDBDataNode',
      EmrClusterForLoad: 'EmrCluster',
      InputReady: 'S3PrefixNotEmpty',
    },
    parameters: {
      myInputS3Loc: 'AWS::S3::ObjectKey',
      myDDBTableName: 'String',
      myDDBWriteThroughputRatio: 'Double = 0.25',
      myDDBRegion: 'String = us-east-1',
    },
  },
  'run-job-on-an-emr-cluster': {
    objects: { EmrActivityObj: 'EmrActivity', EmrClusterObj: 'EmrCluster' },
    parameters: {
      myEC2KeyPair: 'String optional',
      myEmrStep: 'String isArray',
      myBootstrapAction: 'String isArray optional',
      myMasterInstanceType: 'String = m1.medium',
      myCoreInstanceType: 'String = m1.medium',
      myCoreInstanceCount: 'Integer = 2',
      myTaskInstanceType: 'String optional',
      myTaskInstanceCount: 'Integer optional',
      myEMRReleaseLabel: 'String = emr-5.13.0',
    },
  },
  'full-copy-of-rds-mysql-table-to-s3': {
    objects: {
      RDSToS3CopyActivity: 'CopyActivity',
      rds_mysql: 'RdsDatabase',
      SourceRDSTable: 'SqlDataNode',
      S3OutputLocation: 'S3DataNode',
      Ec2Instance: 'Ec2Resource',
    },
    parameters: {
      ...rdsMysql(),
      myOutputS3Loc: 'AWS::S3::ObjectKey',
      myEC2InstanceType: 'String = t1.micro',
      myEc2RdsSecurityGrps: 'String isArray optional',
    },
  },
  'incremental-copy-of-rds-mysql-table-to-s3': {
    objects: {
      RDSToS3CopyActivity: 'CopyActivity',
      rds_mysql: 'RdsDatabase',
      SourceRDSTable: 'SqlDataNode',
      S3OutputLocation: 'S3DataNode',
      Ec2Instance: 'Ec2Resource',
      DefaultSchedule: 'Schedule',
    },
    parameters: {
      ...rdsMysql(),
      myRDSTableLastModifiedCol: 'String',
      myOutputS3Loc: 'AWS::S3::ObjectKey',
      myEC2InstanceType: 'String = t1.micro',
      myEc2RdsSecurityGrps: 'String isArray optional',
    },
  },
  'load-s3-data-into-rds-mysql-table': {
    objects: {
      S3ToRDSCopyActivity: 'CopyActivity',
      S3InputDataLocation: 'S3DataNode',
      CSVFormat: 'CSV',
      DestinationRDSTable: 'SqlDataNode',
      rds_mysql: 'RdsDatabase',
      Ec2Instance: 'Ec2Resource',
    },
    parameters: {
      myInputS3Loc: 'AWS::S3::ObjectKey',
      ...rdsMysql(),
      myRDSTableInsertSql: 'String',
      myRDSCreateTableSql: 'String optional',
      myEC2InstanceType: 'String = t1.micro',
      myEc2RdsSecurityGrps: 'String isArray optional',
    },
  },
  'full-copy-of-rds-mysql-table-to-redshift': { objects: mysqlToRedshift(), parameters: mysqlToRedshiftParameters() },
  'incremental-copy-of-rds-mysql-table-to-redshift': {
    objects: { ...mysqlToRedshift(), DefaultSchedule: 'Schedule' },
    parameters: { ...mysqlToRedshiftParameters(), myRDSTableLastModifiedCol: 'String' },
  },
  'load-data-from-s3-into-redshift': {
    objects: {
      RedshiftLoadActivity: 'RedshiftCopyActivity',
      S3InputDataNode: 'S3DataNode',
      DestRedshiftTable: 'RedshiftDataNode',
      RedshiftCluster: 'RedshiftDatabase',
      Ec2Instance: 'Ec2Resource',
    },
    parameters: {
      myInputS3Loc: 'AWS::S3::ObjectKey',
      ...redshift(),
      myRedshiftCreateTableSql: 'String optional',
      myCopyOptions: 'String isArray optional',
    },
  },
}

interface ConsoleTemplate {
  readonly objects: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

function rdsMysql(): ConsoleTemplate['parameters'] {
  return { myRDSInstanceId: 'String', myRDSUsername: 'String', '*myRDSPassword': 'String', myRDSTableName: 'String' }
}

function redshift(): ConsoleTemplate['parameters'] {
  return {
    myRedshiftJdbcConnectStr: 'String',
    myRedshiftUsername: 'String',
    '*myRedshiftPassword': 'String',
    myRedshiftDbName: 'String',
    myRedshiftTableName: 'String',
    myRedshiftSecurityGrps: 'String isArray = default',
    myInsertMode: 'String = OVERWRITE_EXISTING',
  }
}

function mysqlToRedshift(): ConsoleTemplate['objects'] {
  return {
    RDSToS3CopyActivity: 'CopyActivity',
    RedshiftTableCreateActivity: 'ShellCommandActivity',
    S3ToRedshiftCopyActivity: 'RedshiftCopyActivity',
    S3StagingCleanupActivity: 'ShellCommandActivity',
    SrcRDSTable: 'SqlDataNode',
    S3StagingDataNode: 'S3DataNode',
    DestRedshiftTable: 'RedshiftDataNode',
    rds_mysql: 'JdbcDatabase',
    RedshiftCluster: 'RedshiftDatabase',
    Ec2Instance: 'Ec2Resource',
  }
}

function mysqlToRedshiftParameters(): ConsoleTemplate['parameters'] {
  return {
    myRDSJdbcConnectStr: 'String',
    myRDSUsername: 'String',
    '*myRDSPassword': 'String',
    myRDSTableName: 'String',
    myEc2RdsSecurityGrps: 'String isArray optional',
    ...redshift(),
    myS3StagingLoc: 'AWS::S3::ObjectKey',
    myRedshiftDistKey: 'String optional',
    myRedshiftSortKeys: 'String optional',
    myRedshiftTypeMap: 'String optional',
  }
}
