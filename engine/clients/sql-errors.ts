import { PermanentError } from '../errors.ts'

/** What drivers put on their errors. */
interface DriverError extends Error {
  /** SQLSTATE of PostgreSQL, `ER_...` of MySQL, or a code of the operating system. */
  readonly code?: string
  readonly sqlState?: string
  readonly detail?: string
  readonly where?: string
  readonly hint?: string
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing is listening there',
  ENOENT: 'its socket is not there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to its host',
  ECONNRESET: 'the connection was lost',
  PROTOCOL_CONNECTION_LOST: 'the connection was lost',
}

/** The error in one sentence with the database's name, as a `PermanentError` when a retry cannot help: wrong credentials, no such
 *  database, table or column, a syntax error, a value that does not fit. Errors that are not the database's come back as they are. */
export function explainSqlError(error: unknown, label: string): Error {
  if (!(error instanceof Error) || error instanceof PermanentError) return error as Error
  const { code = '', sqlState } = error as DriverError
  const cause = { cause: error }
  const away =
    unreachable[code] ??
    (/terminated|timeout exceeded when trying to connect|Connection ended/i.test(error.message) && 'the connection was lost')
  if (away) return new Error(`Cannot use the database ${label}: ${away}.`, cause)
  const state = sqlState ?? (/^[0-9A-Z]{5}$/.test(code) ? code : undefined)
  if (state === undefined) return error
  const message = `${label}: ${sentence(error)}`
  const errorId = permanent(state, code)
  return errorId ? new PermanentError(errorId, message, cause) : new Error(message, cause)
}

/** The short name of an error that no retry mends. Classes are SQLSTATE's first two characters. */
function permanent(state: string, code: string): string | undefined {
  if (state.startsWith('28') || code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR') return 'BadCredentials'
  if (state === '3D000' || code === 'ER_BAD_DB_ERROR') return 'UnknownDatabase'
  if (state.startsWith('42')) return 'SqlRefused'
  if (state.startsWith('22') || state === '01000') return 'ValueDoesNotFit'
  if (state.startsWith('23') || state === '21S01') return 'ConstraintViolated'
  if (state.startsWith('0A') || state.startsWith('3F') || state.startsWith('25')) return 'SqlRefused'
  return mysqlValueErrors.has(code) ? 'ValueDoesNotFit' : undefined
}

/** MySQL gives these the general state HY000. */
const mysqlValueErrors = new Set([
  'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
  'ER_NO_DEFAULT_FOR_FIELD',
  'WARN_DATA_TRUNCATED',
  'ER_WARN_DATA_OUT_OF_RANGE',
  'ER_CHECK_CONSTRAINT_VIOLATED',
])

function sentence({ message, detail, where, hint }: DriverError): string {
  const copied = where?.split('\n').find((line) => line.startsWith('COPY '))
  return [message, detail, copied && `(${copied.slice(0, 300)})`, hint && `Hint: ${hint}`].filter(Boolean).join(' ')
}
