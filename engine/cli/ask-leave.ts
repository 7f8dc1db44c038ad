import { SluiceError } from '../errors.ts'
import type { Terminal } from './terminal.ts'

export interface Leave {
  /** `--yes`: the answer was given with the command. */
  readonly yes: boolean
  readonly json: boolean
}

/** Asks the person at the terminal whether to go on. A number is the exit code when not: 1 after a no, 130 after Ctrl-C. Rejects with a
 *  SluiceError when there is nobody to ask. */
export async function askLeave(question: string, { yes, json }: Leave, terminal: Terminal): Promise<true | number> {
  if (yes) return true
  if (json || !terminal.isTerminal || !process.stdin.isTTY)
    throw new SluiceError(`${question} There is nobody to ask, so nothing was done.`, {
      exitCode: 2,
      hint: 'Give --yes to go on without being asked.',
    })
  const { confirm } = await import('@clack/prompts')
  const answer = await confirm({ message: question, initialValue: false })
  if (answer === true) return true
  terminal.note('Nothing was done.')
  return answer === false ? 1 : 130
}
