/** Whether this is the long campaign of `npm run faults`, or the slice of it that every test run makes. */
const campaign = process.env['SLUICE_FAULTS'] === 'campaign'

/** How often, how many or how long: small in every test run, large in the campaign. */
export function scaled(slice: number, inCampaign: number): number {
  return campaign ? inCampaign : slice
}
