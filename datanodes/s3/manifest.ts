import { z } from 'zod'
import { PermanentError } from '../../engine/errors.ts'

const manifestSchema = z.object({
  entries: z.array(z.object({ url: z.string(), mandatory: z.boolean().default(false) })),
})

/** The objects that a manifest lists, in its order. Throws a `PermanentError` for anything that is no manifest.
 *  @see Amazon Redshift Database Developer Guide, "Using a manifest to specify data files" */
export function parseManifest(text: string, uri: string): z.infer<typeof manifestSchema>['entries'] {
  const parsed = manifestSchema.safeParse(json(text))
  if (parsed.success) return parsed.data.entries
  throw new PermanentError('BadManifest', `${uri} is not a manifest such as {"entries": [{"url": "s3://bucket/key", "mandatory": true}]}.`)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
