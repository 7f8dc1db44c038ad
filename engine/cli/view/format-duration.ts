/** A length of time in at most two units: `12 ms`, `1.2 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. Negative ones count as zero. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < 1000) return `${whole} ms`
  if (whole < 9950) return `${(whole / 1000).toFixed(1)} s`
  const seconds = Math.round(whole / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return two(seconds, 60, 'min', 's')
  if (seconds < 86_400) return two(Math.round(seconds / 60), 60, 'h', 'min')
  return two(Math.round(seconds / 3600), 24, 'd', 'h')
}

function two(amount: number, factor: number, big: string, small: string): string {
  const rest = amount % factor
  return `${Math.floor(amount / factor)} ${big}${rest ? ` ${rest} ${small}` : ''}`
}
