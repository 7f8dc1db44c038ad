import { PermanentError } from '../../errors.ts'

/** Variables of the worker that its children see: enough to find programs, a language, a proxy and AWS. Never the database URL or a master key. */
const allowed =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|HOSTNAME|AWS_[A-Z0-9_]+|(HTTPS?|NO|ALL)_PROXY|JAVA_HOME|HADOOP_[A-Z0-9_]+|SPARK_[A-Z0-9_]+|HIVE_[A-Z0-9_]+)$/i

/** Variables that make a program load or run something else than what was asked for. */
const dangerous =
  /^(PATH|ENV|IFS|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|BASH_.*|LD_.*|DYLD_.*|NODE_.*|PYTHON.*|PERL.*|RUBY.*|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|GIT_.*|SLUICE_.*)$/i

/** The environment of an attempt's children: the allowed part of the worker's, then what the attempt adds.
 *  An addition that would change what programs load is refused with a `PermanentError`. */
export function childEnvironment(
  worker: Readonly<Record<string, string | undefined>>,
  additions: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(worker)) if (value !== undefined && allowed.test(name)) environment[name] = value
  for (const [name, value] of Object.entries(additions)) {
    check(name, value)
    environment[name] = value
  }
  return environment
}

function check(name: string, value: string): void {
  if (dangerous.test(name)) throw new PermanentError('ForbiddenVariable', `The environment variable ${name} may not be set for a command.`)
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new PermanentError('ForbiddenVariable', `"${name}" is not a name for an environment variable.`)
  if (value.includes('\0')) throw new PermanentError('ForbiddenVariable', `The value of ${name} holds a NUL character.`)
}
