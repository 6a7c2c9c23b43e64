import type { AdminDeps } from './deps.ts'
import type { AdminRoute } from './route.ts'
import { accessKeyRoutes } from './routes/access-keys.ts'
import { accessRoutes } from './routes/access.ts'
import { accountRoutes } from './routes/accounts.ts'
import { auditRoutes } from './routes/audit.ts'
import { catalogPlanRoutes } from './routes/catalog-plans.ts'
import { catalogRoutes } from './routes/catalogs.ts'
import { clientRoutes } from './routes/clients.ts'
import { connectionRoutes } from './routes/connections.ts'
import { customisationRoutes } from './routes/customisations.ts'
import { domainRoutes } from './routes/domains.ts'
import { keyRoutes } from './routes/keys.ts'
import { gatewayRoutes } from './routes/gateways.ts'
import { importRoutes } from './routes/imports.ts'
import { invitationRoutes } from './routes/invitations.ts'
import { mailRoutes } from './routes/mail.ts'
import { mappingRoutes } from './routes/mappings.ts'
import { memberRoutes } from './routes/members.ts'
import { permissionGroupRoutes } from './routes/permission-groups.ts'
import { reportRoutes } from './routes/reports.ts'
import { requestRoutes } from './routes/requests.ts'
import { retirementRoutes } from './routes/retirement.ts'
import { roleRequestRoutes } from './routes/role-requests.ts'
import { secretRoutes } from './routes/secrets.ts'
import { schemaRoutes } from './routes/schemas.ts'
import { signInRoutes } from './routes/sign-in.ts'
import { tokenRoutes } from './routes/tokens.ts'

/** Every route of the admin API: one file per noun in routes/, one line here. */
export function routes(deps: AdminDeps): AdminRoute[] {
  return [
    ...catalogRoutes(deps),
    ...catalogPlanRoutes(deps),
    ...accountRoutes(deps),
    ...connectionRoutes(deps),
    ...retirementRoutes(deps),
    ...clientRoutes(deps),
    ...tokenRoutes(deps),
    ...signInRoutes(deps),
    ...mappingRoutes(deps),
    ...schemaRoutes(deps),
    ...memberRoutes(deps),
    ...permissionGroupRoutes(deps),
    ...customisationRoutes(deps),
    ...reportRoutes(deps),
    ...accessRoutes(deps),
    ...accessKeyRoutes(deps),
    ...gatewayRoutes(deps),
    ...roleRequestRoutes(deps),
    ...requestRoutes(deps),
    ...auditRoutes(deps),
    ...domainRoutes(deps),
    ...keyRoutes(deps),
    ...secretRoutes(deps),
    ...invitationRoutes(deps),
    ...importRoutes(deps),
    ...mailRoutes(deps),
  ]
}
