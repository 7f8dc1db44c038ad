/** Whether this is the long campaign of `npm run faults`, or the slice of it that every test run makes. */
const campaign = process.env['SLUICE_FAULTS'] === 'campaign'

/** How often, how many or how long: small in every test run, large in the campaign. */
export function scaled(slice: number, inCampaign: number): number {
  return campaign ? inCampaign : slice
}

/** Numbers from 0 up to, not including, 1, the same for the same seed; SLUICE_FAULTS_SEED chooses another than 1. Mulberry32. */
export function seededRandom(seed = Number(process.env['SLUICE_FAULTS_SEED'] ?? 1)): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
