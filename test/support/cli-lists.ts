/** Each command that lists, and the lists of the admin API that it reads. */
export const commandsOfLists: Readonly<Record<string, readonly string[]>> = {
  'catalog list': ['listCatalogs'],
  'catalog plan-members': ['listPlannedMembers'],
  'accounts list': ['listAccounts'],
  'connections list': ['listConnections'],
  'connections groups': ['listGroups'],
  'tokens list': ['listTokens'],
  'mappings list': ['listMappings'],
  'clients list': ['listClients'],
  'identities list': ['listIdentities'],
  'members list': ['listMembers'],
  'permission-groups list': ['listPermissionGroups'],
  'permission-groups history': ['getPermissionGroupHistory'],
  'access-keys list': ['listAccessKeys'],
  'report assignments': ['reportAssignments'],
  'gateways list': ['listGateways', 'listPlatformGateways'],
  'role-requests list': ['listRoleRequests', 'listAllRoleRequests'],
  'requests list': ['listRequests'],
  'domains list': ['listDomains'],
  'audit list': ['listAuditLines', 'listServiceAuditLines'],
  'audit checkpoints': ['listAuditCheckpoints', 'listServiceAuditCheckpoints'],
  'audit key list': ['listAuditKeys', 'listServiceAuditKeys'],
  'keys list': ['listSigningKeys'],
  'schemas list': ['listSchemas'],
  'invitations list': ['listInvitations'],
  'mail list': ['listMail'],
}

/** A name of the API as the command line writes it. */
export const hyphened = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
