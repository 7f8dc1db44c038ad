import fc from 'fast-check'

/** YAML of a pipeline of a few days with a random graph: modes, tries, worker groups, machines, and preconditions of one or of several. */
export const randomPipeline: fc.Arbitrary<string> = fc
  .array(
    fc.record({
      before: fc.array(fc.nat({ max: 100 }), { maxLength: 3, size: 'max' }),
      guard: fc.constantFrom('', '', 'shared', 'own'),
      mode: fc.constantFrom('none', 'cascade'),
      retries: fc.nat({ max: 1 }),
      place: fc.constantFrom('', '', 'workerGroup: nobody', 'runsOn: machine'),
      most: fc.integer({ min: 1, max: 3 }),
      writes: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    }),
    { minLength: 3, maxLength: 8, size: 'max' },
  )
  .map((nodes) => {
    const activities = nodes.map(({ before, guard, mode, retries, place, most, writes }, index) => {
      const producers = index === 0 ? [] : [...new Set(before.map((n) => `c${n % index}`))]
      const precondition = guard === '' ? '' : `precondition: ${guard === 'own' ? `own${index}` : 'shared'}`
      const fields = [
        'type: ShellCommandActivity',
        'command: "true"',
        `failureAndRerunMode: ${mode}`,
        `maximumRetries: ${retries}`,
        `maxActiveInstances: ${most}`,
        place,
        precondition,
        producers.length > 0 ? `dependsOn: [${producers.join(', ')}]` : '',
        writes ? `output: n${index}` : '',
      ]
      return `  c${index}: { ${fields.filter(Boolean).join(', ')} }`
    })
    const check = '{ type: S3KeyExists, s3Key: s3://b/k }'
    const own = nodes.flatMap(({ guard }, index) => (guard === 'own' ? [`  own${index}: ${check}`] : []))
    const written = nodes.flatMap(({ writes, mode }, index) =>
      writes ? [`  n${index}: { type: S3DataNode, filePath: s3://b/n${index}, failureAndRerunMode: ${mode}, precondition: shared }`] : [],
    )
    return [
      'sluice: 1',
      'name: random',
      'defaults: { scheduleType: timeseries, schedule: daily }',
      'schedules:',
      '  daily: { startDateTime: 2026-01-01T00:00:00, period: 1 day, occurrences: 4 }',
      '  slow: { startDateTime: 2026-01-01T00:00:00, period: 2 days, occurrences: 2 }',
      'preconditions:',
      `  shared: ${check}`,
      ...own,
      ...(written.length > 0 ? ['dataNodes:', ...written] : []),
      'resources: { machine: { type: Ec2Resource, terminateAfter: 1 hour } }',
      'activities:',
      ...activities,
      // A place is kept for the slow one, which comes later.
      '  rolled: { type: ShellCommandActivity, command: "true", schedule: slow, dependsOn: c0 }',
      '  tail: { type: ShellCommandActivity, command: "true", dependsOn: rolled }',
    ].join('\n')
  })
