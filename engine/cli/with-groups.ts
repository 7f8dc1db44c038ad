import type { CompiledDefinition } from '../definition/pipeline-definition.ts'
import { workerGroupsOf } from '../schedule/worker-groups.ts'
import type { Settings } from '../support/settings.ts'

/** The settings, with every worker group that the definitions name: on one machine nobody else would serve it. */
export function withGroups(settings: Settings, definitions: readonly CompiledDefinition[]): Settings {
  return { ...settings, workerGroups: [...settings.workerGroups, ...definitions.flatMap(workerGroupsOf)] }
}
