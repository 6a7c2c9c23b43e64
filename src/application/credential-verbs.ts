import { changeAccessKey, deleteAccessKey, rotateAccessKey } from './access-keys/change-access-key.ts'
import { authenticateAccessKey, checkAccessKey } from './access-keys/check-access-key.ts'
import { createAccessKey } from './access-keys/create-access-key.ts'
import { listAccessKeys, showAccessKey } from './access-keys/find-access-keys.ts'
import { createClient } from './clients/create-client.ts'
import { issueAccessToken } from './clients/issue-access-token.ts'
import { listClients, revokeClient } from './clients/manage-clients.ts'
import { addClientSecret, revokeClientSecret } from './clients/manage-secrets.ts'
import { addDomain } from './domains/add-domain.ts'
import { listDomains } from './domains/find-domains.ts'
import { recheckDomains } from './domains/recheck-domains.ts'
import { removeDomain } from './domains/remove-domain.ts'
import { verifyDomain } from './domains/verify-domain.ts'
import { endByBackChannel, endByRevocation } from './logout/end-idp-sessions.ts'
import { issueGatewayToken } from './gateway/issue-gateway-token.ts'
import { rotateKeys, rotateKeysWhenDue } from './gateway/rotate-keys.ts'
import { publishKeys, showKeys } from './gateway/show-keys.ts'
import { rotateSecrets } from './secrets/rotate-secrets.ts'
import { showSecrets } from './secrets/show-secrets.ts'
import { authenticateScimClient } from './tokens/authenticate-scim-client.ts'
import { createToken } from './tokens/create-token.ts'
import { listTokens, revokeToken } from './tokens/manage-tokens.ts'
import type { Ports } from './ports.ts'

/** What programs show that act as a person or for an organisation. */
export function accessKeyVerbs(ports: Ports) {
  return {
    createAccessKey: createAccessKey.bind(undefined, ports),
    listAccessKeys: listAccessKeys.bind(undefined, ports),
    showAccessKey: showAccessKey.bind(undefined, ports),
    changeAccessKey: changeAccessKey.bind(undefined, ports),
    rotateAccessKey: rotateAccessKey.bind(undefined, ports),
    deleteAccessKey: deleteAccessKey.bind(undefined, ports),
    checkAccessKey: checkAccessKey.bind(undefined, ports),
    authenticateAccessKey: authenticateAccessKey.bind(undefined, ports),
  }
}

/** What SCIM clients show, and what they get for it. */
export function credentialVerbs(ports: Ports) {
  return {
    createToken: createToken.bind(undefined, ports),
    listTokens: listTokens.bind(undefined, ports),
    revokeToken: revokeToken.bind(undefined, ports),
    authenticateScimClient: authenticateScimClient.bind(undefined, ports),

    createClient: createClient.bind(undefined, ports),
    listClients: listClients.bind(undefined, ports),
    revokeClient: revokeClient.bind(undefined, ports),
    addClientSecret: addClientSecret.bind(undefined, ports),
    revokeClientSecret: revokeClientSecret.bind(undefined, ports),
    issueAccessToken: issueAccessToken.bind(undefined, ports),
  }
}

/** What an account proves to be its own. */
function domainVerbs(ports: Ports) {
  return {
    addDomain: addDomain.bind(undefined, ports),
    listDomains: listDomains.bind(undefined, ports),
    verifyDomain: verifyDomain.bind(undefined, ports),
    removeDomain: removeDomain.bind(undefined, ports),
    recheckDomains: recheckDomains.bind(undefined, ports),
  }
}

/** What this service keeps secret and signs with, and what is proved to it. */
export function keyVerbs(ports: Ports) {
  return {
    ...domainVerbs(ports),
    showSecrets: showSecrets.bind(undefined, ports),
    rotateSecrets: rotateSecrets.bind(undefined, ports),
    showKeys: showKeys.bind(undefined, ports),
    rotateKeys: rotateKeys.bind(undefined, ports),
    rotateKeysWhenDue: rotateKeysWhenDue.bind(undefined, ports),
    publishKeys: publishKeys.bind(undefined, ports),
    issueGatewayToken: issueGatewayToken.bind(undefined, ports),
    endByBackChannel: endByBackChannel.bind(undefined, ports),
    endByRevocation: endByRevocation.bind(undefined, ports),
  }
}
