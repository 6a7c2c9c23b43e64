import { join } from 'node:path'
import { createCatalogFiles } from './adapters/catalogs/load-catalogs.ts'
import { createAuditLog } from './adapters/db/audit/audit-log.ts'
import type { Database, DatabaseClock } from './adapters/db/database.ts'
import { createReconcileStore } from './adapters/db/reconcile-store.ts'
import { createKeptAnswersStore } from './adapters/db/kept-answers-store.ts'
import { createRequestLogStore } from './adapters/db/request-log-store.ts'
import { createUnitOfWork, type Committed } from './adapters/db/unit-of-work.ts'
import { createViews } from './adapters/db/views/create-views.ts'
import { createDns } from './adapters/dns/create-dns.ts'
import { createDomainTools } from './adapters/domains/domain-tools.ts'
import { loadPersonalDomains } from './adapters/domains/personal-domains.ts'
import { createMail } from './adapters/mail/create-mail.ts'
import { createClientKeys } from './adapters/jwt/create-client-keys.ts'
import { createIdpSignals } from './adapters/jwt/create-idp-signals.ts'
import { createTokenSigner } from './adapters/jwt/create-token-signer.ts'
import { createClientAssertions } from './adapters/jwt/create-client-assertions.ts'
import { createConfigurations } from './adapters/oidc/create-configurations.ts'
import { createOpenIdProviders } from './adapters/oidc/create-open-id-providers.ts'
import { createOutboundHttp } from './adapters/outbound/create-outbound-http.ts'
import { createFileSigner, createGivenSigner } from './adapters/system/audit-keys.ts'
import { createFileSink } from './adapters/system/checkpoint-sink.ts'
import { newId } from './adapters/system/ids.ts'
import { createSecrets } from './adapters/system/secrets.ts'
import type { AuditSigner } from './application/audit/audit-log.ts'
import type { Catalogs, Ports, Vault } from './application/ports.ts'
import type { Mail } from './application/mail/mail-ports.ts'
import type { Config } from './config/config.ts'
import { createDomainRule } from './domain/domain-rule.ts'
import { createWorkEmailRule } from './domain/work-email.ts'

type Store = { database: Database; clock: DatabaseClock; catalogs: Catalogs; vault: Vault }

/** Every port of the house with the adapter behind it. */
export function createPorts(
  config: Config,
  { database, clock, catalogs, vault }: Store,
  afterCommit: (committed: Committed) => void,
): Ports {
  const now = (): number => clock.now()
  const outbound = createOutboundHttp(config.outbound)
  const domainTools = createDomainTools()
  const workEmail = createWorkEmailRule(domainTools, loadPersonalDomains())
  return {
    unitOfWork: createUnitOfWork(database, { newId, afterCommit }),
    views: createViews(database),
    requestLog: createRequestLogStore(database),
    keptAnswers: createKeptAnswersStore(database),
    auditLog: createAuditLog(database),
    auditSigner: createSigner(config),
    checkpointSink: createFileSink(config.audit.sink),
    reconcileStore: createReconcileStore(database, { newId, now, random: Math.random }),
    catalogs,
    catalogFiles: createCatalogFiles(config.catalogDir),
    workEmail,
    domainRule: createDomainRule(workEmail, domainTools),
    dns: createDns(config.dns),
    clock: { now },
    newId,
    secrets: createSecrets(),
    vault,
    tokenSigner: createTokenSigner(),
    invitationRules: config.invitations,
    openingRules: config.openings,
    mail: mailOf(config, now),
    idpSignals: createIdpSignals({ outbound, clock: { now } }),
    outbound,
    assertions: createClientAssertions({ outbound, clock: { now } }),
    openId: createOpenIdProviders(outbound, createConfigurations(outbound, { now })),
    clientKeys: createClientKeys(),
    sessionLimits: config.sessions,
    scimPace: config.scim.rateLimit,
  }
}

function mailOf({ mail, dataDir }: Config, now: () => number): Mail {
  return createMail({ ...mail, url: mail.url?.reveal() ?? null, folder: join(dataDir, 'mail'), now })
}

function createSigner({ audit: { key, previousKey }, dataDir }: Config): AuditSigner {
  return key === null ? createFileSigner(dataDir) : createGivenSigner(key.reveal(), previousKey?.reveal() ?? null)
}
