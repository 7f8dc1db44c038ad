/** Zones of all kinds: half hours, southern summers, turns that were given up. */
export const zones = [
  'Europe/Berlin Europe/London Europe/Moscow America/New_York America/Chicago America/Los_Angeles America/Sao_Paulo America/Santiago',
  'Africa/Casablanca Africa/Lagos Asia/Kolkata Asia/Tokyo Asia/Shanghai Asia/Tehran Australia/Sydney Australia/Lord_Howe Pacific/Auckland',
  'Pacific/Apia Antarctica/Troll Asia/Kathmandu UTC',
].flatMap((line) => line.split(' '))
