import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { startEngine } from '../../engine/app.ts'
import { readSettings } from '../../engine/support/settings.ts'
import { startAws } from '../support/fauxqs.ts'
import { query, testDatabase } from '../support/postgres.ts'
import { activated } from '../support/scheduled-pipeline.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { scaled } from './rig/scale.ts'

const definition = (failures: number): string => `
sluice: 1
name: alarms
defaults: { scheduleType: ondemand, maximumRetries: 0 }
actions: { page: { type: SnsAlarm, topicArn: "arn:aws:sns:us-east-1:000000000000:oncall", subject: "#{node.id} failed", message: again } }
activities:
${Array.from({ length: failures }, (_, n) => `  bad${n}: { type: ShellCommandActivity, command: 'false', onFail: page }`).join('\n')}
`

test(
  'F72: an alarm whose answer is lost is sent again, also by the next try of the outbox, each time with the id of its event; it changes no status',
  async () => {
    const failures = scaled(2, 50)
    using folder = temporaryFolder()
    await using database = await testDatabase()
    await using aws = await startAws()
    aws.server.createTopic('oncall')
    aws.server.createQueue('inbox')
    aws.server.subscribe({ topic: 'oncall', queue: 'inbox' })
    await using door = await deafDoor(new URL(aws.env['AWS_ENDPOINT_URL'] ?? ''))
    const settings = {
      ...readSettings({}, { home: folder.path, databaseUrl: database.url }),
      environment: { PATH: process.env['PATH'], ...aws.env, AWS_ENDPOINT_URL: door.url },
    }
    const engine = await startEngine(settings, () => {})
    try {
      door.swallow(3 * failures) // what the SDK makes of one try
      await activated(engine.store, definition(failures))
      const putOff = `update sluice.outbox set available_time = now() where kind = 'action' and available_time between now() and now() + interval '6 seconds'`
      const performed = `select (detail ->> 'tries')::integer as tries from sluice.events where kind = 'ACTION_PERFORMED'`
      const allPerformed = async (): Promise<boolean> => {
        await query(database.connection, putOff) // its pause of 5 s is not waited for
        engine.store.signals.emit('outbox')
        return (await query(database.connection, performed)).length === failures
      }
      await until(allPerformed, { deadlineMs: 60_000 })
      expect(await query(database.connection, `${performed} and (detail ->> 'tries')::integer < 2`)).toEqual([])

      const messages = aws.server.inspectQueue('inbox')?.messages.ready.map(({ body }) => JSON.parse(body) as Envelope) ?? []
      const ids = Map.groupBy(messages, ({ Subject }) => Subject)
      expect(messages.length).toBeGreaterThan(2 * failures)
      expect(ids.size).toBe(failures)
      for (const same of ids.values())
        expect(new Set(same.map(({ MessageAttributes }) => MessageAttributes['sluice-event-id'].Value)).size).toBe(1)
      expect(await query(database.connection, `select status, count(*)::integer as n from sluice.instances group by 1`)).toEqual([
        { status: 'FAILED', n: failures },
      ])
    } finally {
      await engine.stop('now')
    }
  },
  scaled(120_000, 3_600_000),
)

interface Envelope {
  readonly Subject: string
  readonly MessageAttributes: { readonly 'sluice-event-id': { readonly Value: string } }
}

/** A door to an HTTP server that hears every request, and swallows as many answers as it is told. */
async function deafDoor(target: URL): Promise<AsyncDisposable & { readonly url: string; swallow(answers: number): void }> {
  let left = 0
  const door = createServer((asked, answer) => {
    const { method, url, headers } = asked
    const onward = request({ host: target.hostname, port: target.port, method, path: url, headers }, (answered) => {
      if (left-- > 0) answered.resume().on('end', () => asked.socket.destroy())
      else answered.pipe(answer.writeHead(answered.statusCode ?? 500, answered.headers))
    })
    asked.pipe(onward)
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    swallow: (answers) => void (left = answers),
    async [Symbol.asyncDispose]() {
      door.closeAllConnections()
      door.close()
      await once(door, 'close')
    },
  }
}
