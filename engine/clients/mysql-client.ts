export interface MysqlClient {
  readonly dialect: 'mysql'
  close(): Promise<void>
}
