/** What the person at the keyboard wants: `asked` aborts at the first SIGINT, SIGTERM or SIGHUP, `urged` at the second. */
export interface CtrlC {
  readonly asked: AbortSignal
  readonly urged: AbortSignal
  /** 130 after SIGINT, 143 after SIGTERM, 129 after SIGHUP; 0 before any. */
  exitCode(): number
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Listens from now on, so that no signal ends the process before its work is put away. A third signal ends it at once. */
export function listenForCtrlC(): CtrlC {
  const [asked, urged] = [new AbortController(), new AbortController()]
  let exitCode = 0
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (urged.signal.aborted) process.exit(code)
      if (asked.signal.aborted) urged.abort()
      exitCode ||= code
      asked.abort()
    })
  }
  return { asked: asked.signal, urged: urged.signal, exitCode: () => exitCode }
}
