import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { awsSettings, isAws } from '../../engine/clients/aws-settings.ts'
import { openClients } from '../../engine/clients/open-clients.ts'
import { chunksOf, collect } from '../conformance/object-store.ts'
import { startAws } from '../support/fauxqs.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('with neither an AWS endpoint nor credentials, s3:// is a folder of the home', async () => {
  using home = temporaryFolder()
  const clients = openClients({ home: home.path, env: { AWS_REGION: 'eu-west-1' }, baseDirectory: home.path })
  await clients.objects.write('s3://demo/x', chunksOf('x'))
  expect(await readFile(join(home.path, 's3/demo/x'), 'utf8')).toBe('x')
  await clients.close()
})

test('with an endpoint s3:// is there, and a copy goes between it and the files of the machine', async () => {
  using home = temporaryFolder()
  await using aws = await startAws()
  aws.server.createBucket('demo')
  const clients = openClients({ home: home.path, env: aws.env, baseDirectory: home.path })
  await clients.objects.write('file:in.csv', chunksOf('a,b'))
  await clients.objects.copy('file:in.csv', 's3://demo/in.csv')
  expect((await collect(clients.objects.read('s3://demo/in.csv'))).toString()).toBe('a,b')
  await expect(clients.objects.head('http://demo/in.csv')).rejects.toThrow(/neither s3:\/\/bucket\/key nor file:path/)
  await clients.close()
})

test('the endpoint of one service wins over that of all', () => {
  const env = { AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_S3: 'http://s3' }
  expect(awsSettings(env, 'S3')).toMatchObject({ endpoint: 'http://s3', region: 'us-east-1' })
  expect(awsSettings(env, 'SNS')).toMatchObject({ endpoint: 'http://all' })
  expect(awsSettings({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_DEFAULT_REGION: 'eu-west-1' }, 'S3')).toEqual({
    endpoint: undefined,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: undefined },
  })
  expect(awsSettings({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: '' }, 'S3')).toBeUndefined()
})

test.each([
  [undefined, true],
  ['https://s3.eu-west-1.amazonaws.com', true],
  ['https://s3.cn-north-1.amazonaws.com.cn', true],
  ['http://minio:9000', false],
  ['https://amazonaws.com.example.org', false],
])('the endpoint %s is AWS itself: %s', (endpoint, expected) => {
  expect(isAws({ endpoint })).toBe(expected)
})

test('the same settings give the same pool, in whatever order their options stand', async () => {
  const clients = openClients({ home: '/nowhere', env: {}, baseDirectory: '/nowhere' })
  const settings = { dialect: 'postgresql', host: 'localhost', user: 'a', options: { ssl: 'true', connectTimeout: '5' } } as const
  expect(clients.sql(settings)).toBe(clients.sql({ ...settings, options: { connectTimeout: '5', ssl: 'true' } }))
  expect(clients.sql(settings)).not.toBe(clients.sql({ ...settings, user: 'b' }))
  await clients.close()
})

test('embedded: without an embedded PostgreSQL is refused in words', () => {
  const clients = openClients({ home: '/nowhere', env: {}, baseDirectory: '/nowhere' })
  expect(() => clients.embeddedDatabase('shop')).toThrow(/embedded:shop/)
})
