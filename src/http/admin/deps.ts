import type { Application } from '../../application/create-application.ts'
import type { HttpDeps } from '../operation.ts'

export type AdminDeps = HttpDeps & {
  app: Application
  publicUrl: string
  /** The base URL of a connection's SCIM endpoint. */
  scimUrl: (connectionId: string) => string
  /** Where OAuth clients get access tokens. */
  tokenUrl: string
  isAdminToken: (token: string) => boolean
}
