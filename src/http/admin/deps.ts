import type { Application } from '../../application/create-application.ts'
import type { SessionDeps } from '../sessions.ts'

/** `files`: no mail server is set, and mail lies in the data folder. */
export type MailTarget = 'server' | 'files'

export type AdminDeps = Omit<SessionDeps, 'app'> & {
  app: Application
  publicUrl: string
  /** The base URL of a connection's SCIM endpoint. */
  scimUrl: (connectionId: string) => string
  /** Where OAuth clients get access tokens. */
  tokenUrl: string
  mailGoesTo: MailTarget
  isAdminToken: (token: string) => boolean
}
