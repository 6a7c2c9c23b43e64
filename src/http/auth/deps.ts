import type { Configuration } from 'openid-client'
import type { Application } from '../../application/create-application.ts'
import type { ProviderSetUp } from '../../application/sign-in/open-id.ts'
import type { HttpDeps } from '../operation.ts'
import type { Site } from '../page.ts'

export type AuthDeps = HttpDeps & {
  app: Application
  publicUrl: string
  site: Site
  configurationOf: (setUp: ProviderSetUp) => Promise<Configuration>
  newSecret: () => string
}

/** Where an IdP sends people back to: one URL for each connection, so that no answer of one passes for another's. */
export function callbackUrlOf(publicUrl: string, connectionId: string): string {
  return `${publicUrl}/auth/callback/${connectionId}`
}
