import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { awsSettings } from '../../engine/clients/aws-settings.ts'
import { createS3Store } from '../../engine/clients/object-store/s3-store.ts'
import { blocks, chunksOf, collect, keysOf, objectStoreSuite } from '../conformance/object-store.ts'
import { startAws } from '../support/fauxqs.ts'

objectStoreSuite('S3 through the SDK', async () => {
  const aws = await startAws()
  aws.server.createBucket('bucket')
  const settings = awsSettings(aws.env, 'S3')!
  const store = createS3Store(settings)
  const client = new S3Client({ ...settings, forcePathStyle: true })
  return {
    store,
    uri: (key) => `s3://bucket/${key}`,
    leftovers: async () => {
      const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }))
      return (Uploads ?? []).map(({ Key }) => Key ?? '')
    },
    close: async () => {
      await store.close()
      client.destroy()
      await aws[Symbol.asyncDispose]()
    },
  }
})

/** An S3 endpoint that answers everything in one way. */
async function answering(answer: Parameters<typeof createServer>[1]) {
  const server: Server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = createS3Store({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
  return {
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('no permission is told from not there', async () => {
  await using s3 = await answering((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/xml' })
    response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>')
  })
  await expect(s3.store.head('s3://b/k')).rejects.toMatchObject({ code: 'NoPermission', message: expect.stringContaining('s3://b/k') })
  await expect(collect(s3.store.read('s3://b/k'))).rejects.toThrow(/No permission to read s3:\/\/b\/k/)
  await expect(keysOf(s3.store.list('s3://b/k'))).rejects.toThrow(/No permission to list/)
  await expect(s3.store.write('s3://b/k', chunksOf('x'))).rejects.toThrow(/No permission to write/)
})

test('a bucket that is not there is named', async () => {
  await using aws = await startAws()
  const store = createS3Store(awsSettings(aws.env, 'S3')!)
  await expect(store.write('s3://missing/k', chunksOf('x'))).rejects.toThrow('The bucket of s3://missing/k is not there.')
  await store.close()
})

test.each([
  ['and the connection ends cleanly', (socketEnd: () => void, _destroy: () => void) => socketEnd()],
  ['and the connection breaks', (_end: () => void, destroy: () => void) => destroy()],
])('a body that stops short rejects, %s', async (_name, stop) => {
  await using s3 = await answering((_request, response) => {
    response.writeHead(200, { 'content-length': '1000000', connection: 'close' })
    response.write(Buffer.alloc(300_000), () =>
      stop(
        () => response.socket?.end(),
        () => response.destroy(),
      ),
    )
  })
  await expect(collect(s3.store.read('s3://b/k'))).rejects.toThrow(/ended after|aborted/)
})

test('a body whose length the store does not say is read to its end', async () => {
  await using s3 = await answering((_request, response) => {
    response.writeHead(200, { 'transfer-encoding': 'chunked' })
    response.write('a,b')
    response.end('\n')
  })
  expect((await collect(s3.store.read('s3://b/k'))).toString()).toBe('a,b\n')
})

test('encryption is asked for when wanted, and only then', async () => {
  const asked: (string | undefined)[] = []
  await using s3 = await answering((request, response) => {
    asked.push(request.headers['x-amz-server-side-encryption'] as string | undefined)
    request.resume().on('end', () => response.writeHead(200, { etag: '"x"' }).end())
  })
  await s3.store.write('s3://b/k', chunksOf('x'), { serverSideEncryption: true })
  await s3.store.write('s3://b/k', chunksOf('x'))
  expect(asked).toEqual(['AES256', undefined])
})

test('a failed part ends the upload, and the parts are taken away', async () => {
  const requests: string[] = []
  await using s3 = await answering((request, response) => {
    const step = `${request.method} ${request.url?.includes('uploadId') ? 'part' : 'start'}`
    requests.push(step)
    request.resume().on('end', () => {
      if (step === 'POST start')
        return response.end('<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>')
      if (step === 'DELETE part') return response.writeHead(204).end()
      response.writeHead(400).end('<Error><Code>InvalidPart</Code><Message>no</Message></Error>')
    })
  })
  await expect(s3.store.write('s3://b/k', blocks(300))).rejects.toThrow(/Cannot write s3:\/\/b\/k: no/)
  expect(requests.at(-1)).toBe('DELETE part')
})

test('an endpoint that nothing answers at is said to be out of reach', async () => {
  const store = createS3Store({
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  await expect(store.head('s3://b/k')).rejects.toMatchObject({ code: 'Unreachable' })
  await store.close()
})
