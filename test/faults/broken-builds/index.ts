import type { BrokenBuild } from './broken-build.ts'
import { controlBuilds } from './control.ts'

/** Every mechanism that a fault's test proves, as `npm run broken-builds` replays them. */
export const brokenBuilds: readonly BrokenBuild[] = [...controlBuilds]
