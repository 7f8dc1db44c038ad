import type { Terminal } from '../terminal.ts'

/** Says something that has happened: as one JSON object, or as lines for people. */
export type Say = (event: string, fields: object, lines: readonly string[]) => void

export function sayer(json: boolean, terminal: Pick<Terminal, 'print'>): Say {
  return (event, fields, lines) =>
    json ? terminal.print(JSON.stringify({ event, time: new Date(), ...fields })) : lines.forEach(terminal.print)
}
