export interface PostgresClient {
  readonly dialect: 'postgresql'
  close(): Promise<void>
}
