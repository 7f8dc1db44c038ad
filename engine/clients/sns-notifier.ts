import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { SNSClient } from '@aws-sdk/client-sns'
import type * as SnsSdk from '@aws-sdk/client-sns'
import { awsSettings, type AwsSettings, type Environment } from './aws-settings.ts'
import type { Notification, Notifier } from './notifier.ts'

/** What SNS takes is 256 KiB, attributes included. */
const largestMessage = 255 * 1024

/** Messages to SNS; with neither an AWS endpoint nor credentials in `env`, to `<home>/sns/<topic>.jsonl`. */
export function openNotifier({ home, env }: { readonly home: string; readonly env: Environment }): Notifier & { close(): Promise<void> } {
  const settings = awsSettings(env, 'SNS')
  return settings ? createSnsNotifier(settings) : { ...createFileNotifier(join(home, 'sns')), close: async () => {} }
}

/** Publishes through the AWS SDK, which is loaded on first use. */
function createSnsNotifier(settings: AwsSettings): Notifier & { close(): Promise<void> } {
  let opened: Promise<{ sdk: typeof SnsSdk; client: SNSClient }> | undefined
  const load = async () => {
    const sdk = await import('@aws-sdk/client-sns')
    return { sdk, client: new sdk.SNSClient({ ...settings }) }
  }
  return {
    async publish({ topicArn, subject, message, eventId }) {
      const { sdk, client } = await (opened ??= load())
      const command = new sdk.PublishCommand({
        TopicArn: topicArn,
        Subject: snsSubject(subject),
        Message: shorten(message, largestMessage) || ' ',
        MessageAttributes: { 'sluice-event-id': { DataType: 'String', StringValue: eventId } },
      })
      await client.send(command).catch((cause: Error) => {
        throw new Error(`Cannot publish to ${topicArn}: ${cause.message || cause.name}`, { cause })
      })
      return topicArn
    },
    close: async () => (await opened)?.client.destroy(),
  }
}

/** Appends each message as one line of JSON, so that alarms can be seen without an account. */
export function createFileNotifier(folder: string): Notifier {
  return {
    async publish(notification) {
      const file = join(folder, `${topicName(notification)}.jsonl`)
      await mkdir(folder, { recursive: true })
      const handle = await open(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
      try {
        await handle.write(`${JSON.stringify({ time: new Date().toISOString(), ...notification })}\n`)
      } finally {
        await handle.close()
      }
      return `${file} (no AWS endpoint or credentials are set)`
    },
  }
}

/** The last part of the ARN, as a file name. */
function topicName({ topicArn }: Notification): string {
  return (
    topicArn
      .split(':')
      .at(-1)!
      .replaceAll(/[^\w-]/g, '_')
      .slice(0, 200) || 'topic'
  )
}

/** SNS refuses subjects of over 100 characters, with line breaks, or that do not begin with a letter, digit or punctuation:
 *  an alarm with a cut subject is better than none.
 *  @see Amazon SNS API Reference, "Publish" */
function snsSubject(subject: string): string | undefined {
  const line = subject.replaceAll(/[^\x20-\x7e]+/g, ' ').trim()
  return line.length > 100 ? `${line.slice(0, 97)}...` : line || undefined
}

/** At most `bytes` of UTF-8, no character cut in two. */
function shorten(text: string, bytes: number): string {
  const encoded = Buffer.from(text)
  return encoded.length <= bytes
    ? text
    : encoded
        .subarray(0, bytes)
        .toString()
        .replace(/\ufffd$/, '')
}
