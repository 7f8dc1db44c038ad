import { isTerminal, next, type InstanceStatus } from './statuses.ts'

/** `docs/lifecycle.md`: what may follow each status of an instance, as a diagram and as a table. Generated, so that it cannot lie. */
export function lifecyclePage(): string {
  const statuses = Object.keys(next) as InstanceStatus[]
  return `# The life of an instance

Generated from engine/lifecycle/statuses.ts by \`npm run lifecycle\`. An instance is one run of one component for one interval.

\`\`\`mermaid
stateDiagram-v2
  [*] --> SCHEDULED: others wait for it already
  [*] --> WAITING_ON_DEPENDENCIES: its interval is due
${statuses
  .filter((status) => !isTerminal(status))
  .flatMap(arrows)
  .join('\n')}
${statuses
  .filter(isTerminal)
  .map((status) => `  ${status} --> [*]`)
  .join('\n')}
\`\`\`

What has ended stays so until a person asks for more, by running it again or by marking it finished; the diagram leaves that out.

| status | may be followed by |
| --- | --- |
${statuses.map((status) => `| ${status}${isTerminal(status) ? ' (ended)' : ''} | ${next[status].join(', ')} |`).join('\n')}
`
}

function arrows(status: InstanceStatus): string[] {
  return next[status].map((to) => `  ${status} --> ${to}`)
}
