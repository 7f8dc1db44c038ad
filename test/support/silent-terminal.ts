import type { Terminal } from '../../engine/cli/terminal.ts'
import { createLook } from '../../engine/cli/view/look.ts'

/** Nobody watches; what is printed is kept. */
export function silentTerminal(): Terminal & { readonly lines: readonly string[] } {
  const lines: string[] = []
  return {
    isTerminal: false,
    look: createLook({ colour: false, unicode: false }),
    columns: 80,
    rows: 24,
    print: (line) => void lines.push(line),
    note: () => {},
    write: () => {},
    lines,
  }
}
