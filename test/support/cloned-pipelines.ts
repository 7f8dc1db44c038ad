import type { Store } from '../../engine/store/open-store.ts'

/** Makes `count` more pipelines as this one is: its definition, how far it is planned, and what it has under way. */
export async function cloned({ pool }: Store, id: string, count: number): Promise<void> {
  for (const [table, columns] of Object.entries({
    pipelines: `name, state, latest_version, active_version, first_activation_time`,
    definition_versions: 'version, source, compiled',
    components: 'id, version, name, type, family, fields',
    watermarks: 'schedule_id, schedule_type, anchor, next_index, next_due, next_start',
    instances: 'version, component_id, instance_key, type, family, interval_start, interval_end, due_time, status',
  })) {
    const own = table === 'pipelines' ? 'id' : 'pipeline_id'
    await pool.query(
      `insert into ${table} (${own}, ${columns}) select '${id}-' || n, ${columns} from ${table}, generate_series(1, $2) as n where ${own} = $1`,
      [id, count],
    )
  }
}
