import type { Terminal } from '../terminal.ts'

/** Lines at the bottom of a terminal that are painted over again and again; what is printed meanwhile goes above them. */
export class LiveScreen {
  readonly #terminal: Pick<Terminal, 'write'>
  #painted: readonly string[] = []

  constructor(terminal: Pick<Terminal, 'write'>) {
    this.#terminal = terminal
  }

  paint(lines: readonly string[]): void {
    if (lines.length === this.#painted.length && lines.every((line, index) => line === this.#painted[index])) return
    this.#terminal.write(`${this.#back()}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`)
    this.#painted = lines
  }

  printAbove(lines: readonly string[]): void {
    const below = this.#painted
    this.#terminal.write(`${this.#back()}\u001b[J${lines.map((line) => `${line}\n`).join('')}`)
    this.#painted = []
    this.paint(below)
  }

  #back(): string {
    return this.#painted.length === 0 ? '' : `\u001b[${this.#painted.length}A\r`
  }
}
