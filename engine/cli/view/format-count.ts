/** `1 file`, `1,200 files`. */
export function formatCount(amount: number, noun: string): string {
  return `${amount.toLocaleString('en-US')} ${noun}${amount === 1 ? '' : 's'}`
}
