import { defineUtility, fields } from '../engine/spec/index.ts'

export default defineUtility({
  type: 'HttpProxy',
  summary: 'Names a proxy that the runner goes through.',
  source: 'AWS Data Pipeline Developer Guide, "HttpProxy"',
  fields: {
    hostname: fields.string('Host of the proxy.'),
    port: fields.string('Port of the proxy.'),
    username: fields.string('Login at the proxy.').optional(),
    '*password': fields.string('Password at the proxy.').optional(),
    windowsDomain: fields.string('Windows domain, for NTLM.').optional(),
    windowsWorkgroup: fields.string('Windows workgroup, for NTLM.').optional(),
    s3NoProxy: fields.boolean('Go to S3 past the proxy.').optional(),
  },
  example: '{ id: Proxy, type: HttpProxy, hostname: proxy.example, port: 3128 }',
  unsupported: 'Sluice’s runner goes through no proxy.',
})
