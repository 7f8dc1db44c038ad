import type { BrokenBuild } from './broken-build.ts'

export const schedulerBuilds: readonly BrokenBuild[] = []
