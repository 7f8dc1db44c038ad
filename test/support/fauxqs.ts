import { startFauxqs, type FauxqsServer } from 'fauxqs'

/** S3 and SNS on a free port, in this process: the environment that leads clients there. */
export interface FakeAws extends AsyncDisposable {
  readonly server: FauxqsServer
  readonly env: Readonly<Record<string, string>>
}

export async function startAws(): Promise<FakeAws> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1', messageSpies: true })
  const env = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${server.port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  return { server, env, [Symbol.asyncDispose]: async () => server.stop() }
}
