/** Tells of an outage once, however many errors it causes. */
export interface OutageLog {
  failed(error: unknown): void
  recovered(): void
}

/** `tell` receives a sentence at the first error of each outage, and one when it is over. */
export function outageLog(service: string, tell: (sentence: string) => void): OutageLog {
  let away = false
  return {
    failed(error) {
      if (away) return
      away = true
      tell(`${service} went away (${reasonOf(error)}). Hints may be late until it is back; nothing is lost.`)
    },
    recovered() {
      if (away) tell(`${service} is back.`)
      away = false
    },
  }
}

/** The error in a few words, also when Node tried several addresses and left the message empty. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
