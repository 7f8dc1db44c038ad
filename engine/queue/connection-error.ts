const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
])

/** SQLSTATEs after which the same statement may succeed: the server stops, starts or is full, or two transactions met.
 *  @see PostgreSQL manual, "PostgreSQL Error Codes" */
const sqlStates = /^(08...|57P0[1-5]|53300|40001|40P01)$/

/** `pg` reports a lost connection by message alone. */
const driverMessages = /connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/i

/** Whether the error says that the server could not be reached or went away, so that trying again may help. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return systemCodes.has(code) || sqlStates.test(code) || driverMessages.test(error.message)
}
