/** Sends the messages of SnsAlarm. */
export interface Notifier {
  /** Publishes to an SNS topic; `eventId` is stable over repeats and travels as the message attribute `sluice-event-id`. */
  publish(message: { topicArn: string; subject: string; message: string; eventId: string }): Promise<void>
}
