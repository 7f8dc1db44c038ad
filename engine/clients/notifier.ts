/** Sends the messages of SnsAlarm. */
export interface Notifier {
  /** Publishes to an SNS topic; `eventId` is stable over repeats and travels as the message attribute `sluice-event-id`.
   *  Resolves to where the message went, in words for the log: the topic, or a file when there is no AWS. */
  publish(message: Notification): Promise<string>
}

export interface Notification {
  readonly topicArn: string
  readonly subject: string
  readonly message: string
  readonly eventId: string
}
