import { changeAccount } from './accounts/change-account.ts'
import { createAccount } from './accounts/create-account.ts'
import { listAccounts } from './accounts/list-accounts.ts'
import { getAccount } from './accounts/get-account.ts'
import { handOverAccount } from './accounts/hand-over-account.ts'
import { suspendAccount } from './accounts/suspend-account.ts'
import { answerOnce } from './answers/answer-once.ts'
import { auditVerbs } from './audit/audit-verbs.ts'
import { catalogVerbs } from './catalogs/catalog-verbs.ts'
import { connectionVerbs } from './connections/connection-verbs.ts'
import { findResources } from './directory/find-resources.ts'
import { customisationVerbs } from './customisations/customisation-verbs.ts'
import { evaluate } from './decisions/evaluate.ts'
import { evaluateMany } from './decisions/evaluate-many.ts'
import { explainAccess, showPermissions } from './decisions/explain-access.ts'
import { searchActions, searchResources } from './decisions/search-access.ts'
import { searchSubjects } from './decisions/search-subjects.ts'
import { changeGroup } from './directory-groups/change-group.ts'
import { createGroup } from './directory-groups/create-group.ts'
import { findGroups, getGroup } from './directory-groups/find-groups.ts'
import { removeGroup } from './directory-groups/remove-group.ts'
import { changeUser } from './directory-users/change-user.ts'
import { createUser } from './directory-users/create-user.ts'
import { findUsers, getUser } from './directory-users/find-users.ts'
import { removeUser } from './directory-users/remove-user.ts'
import { authenticateGateway } from './gateways/authenticate-gateway.ts'
import { createGateway } from './gateways/create-gateway.ts'
import { listGateways, revokeGateway } from './gateways/manage-gateways.ts'
import { importMembers } from './imports/import-members.ts'
import { acceptAsSignedIn } from './invitations/accept-as-signed-in.ts'
import { acceptAsVisitor, findVisitor } from './invitations/accept-as-visitor.ts'
import { acceptInvitation } from './invitations/accept-invitation.ts'
import { changeInvitation } from './invitations/change-invitation.ts'
import { confirmInvitation } from './invitations/confirm-invitation.ts'
import { findInvitationRealm } from './invitations/find-invitation-realm.ts'
import { listInvitations, openInvitation, showInvitation } from './invitations/find-invitations.ts'
import { invite } from './invitations/invite.ts'
import { resendInvitation, revokeInvitation } from './invitations/manage-invitations.ts'
import { listMail, showMail } from './mail/find-mail.ts'
import { purgeMail } from './mail/purge-mail.ts'
import { sendMail } from './mail/send-mail.ts'
import { addMapping } from './mappings/add-mapping.ts'
import { confirmMapping, listMappings, removeMapping } from './mappings/manage-mappings.ts'
import { addMember } from './members/add-member.ts'
import { assignRole } from './members/assign-role.ts'
import { listMembers, showMember } from './members/find-members.ts'
import { removeMember } from './members/remove-member.ts'
import { suspendMember } from './members/suspend-member.ts'
import { switchRoleGroups } from './members/switch-role-groups.ts'
import { unassignRole } from './members/unassign-role.ts'
import { changePermissionGroup } from './permission-groups/change-group.ts'
import { createPermissionGroup } from './permission-groups/create-group.ts'
import { listPermissionGroups, permissionGroupHistory, showPermissionGroup } from './permission-groups/find-groups.ts'
import { addToPermissionGroup, takeFromPermissionGroup } from './permission-groups/group-people.ts'
import { removePermissionGroup } from './permission-groups/remove-group.ts'
import type { Ports } from './ports.ts'
import type { ReconcileQueue } from './propagation/reconcile-ports.ts'
import { findLagging } from './propagation/find-lagging.ts'
import { reconcile } from './propagation/reconcile.ts'
import { propagationStatus, retryPropagation } from './propagation/watch-propagation.ts'
import { reportVerbs } from './reports/report-verbs.ts'
import { listRequests, showRequest } from './requests/find-requests.ts'
import { purgeRequests } from './requests/purge-requests.ts'
import { askForRole } from './role-requests/ask-for-role.ts'
import { declineRoleRequest, grantRoleRequest, withdrawRoleRequest } from './role-requests/decide-role-request.ts'
import { listAllRoleRequests, listRoleRequests } from './role-requests/find-role-requests.ts'
import { findAssignableRoles } from './roles/find-assignable-roles.ts'
import { findConnectionSchemas, getSchema, listSchemas } from './schemas/find-schemas.ts'
import { putSchema } from './schemas/put-schema.ts'
import { removeSchema } from './schemas/remove-schema.ts'
import { accessKeyVerbs, credentialVerbs, keyVerbs } from './credential-verbs.ts'
import { signInVerbs } from './sign-in-verbs.ts'

export type Application = ReturnType<typeof createApplication>

/** Every verb of the house, on one page, bound once to what it needs. */
export function createApplication(ports: Ports & { queue: ReconcileQueue }) {
  return {
    ...accountVerbs(ports),

    answerOnce: answerOnce.bind(undefined, ports),

    ...catalogVerbs(ports),

    ...connectionVerbs(ports),
    ...credentialVerbs(ports),
    ...accessKeyVerbs(ports),
    ...auditVerbs(ports),
    ...keyVerbs(ports),
    ...signInVerbs(ports),

    addMapping: addMapping.bind(undefined, ports),
    listMappings: listMappings.bind(undefined, ports),
    removeMapping: removeMapping.bind(undefined, ports),
    confirmMapping: confirmMapping.bind(undefined, ports),

    ...directoryVerbs(ports),

    ...schemaVerbs(ports),
    ...memberVerbs(ports),
    ...customisationVerbs(ports),
    ...reportVerbs(ports),
    ...permissionGroupVerbs(ports),
    ...decisionVerbs(ports),
    ...roleRequestVerbs(ports),
    ...invitationVerbs(ports),
    ...mailVerbs(ports),

    ...requestVerbs(ports),

    reconcile: reconcile.bind(undefined, ports),
    findLagging: findLagging.bind(undefined, ports),
    propagationStatus: propagationStatus.bind(undefined, ports),
    retryPropagation: retryPropagation.bind(undefined, ports),
  }
}

/** What the SCIM door does. */
function directoryVerbs(ports: Ports) {
  return {
    createUser: createUser.bind(undefined, ports),
    changeUser: changeUser.bind(undefined, ports),
    removeUser: removeUser.bind(undefined, ports),
    getUser: getUser.bind(undefined, ports),
    findUsers: findUsers.bind(undefined, ports),

    createGroup: createGroup.bind(undefined, ports),
    changeGroup: changeGroup.bind(undefined, ports),
    removeGroup: removeGroup.bind(undefined, ports),
    getGroup: getGroup.bind(undefined, ports),
    findGroups: findGroups.bind(undefined, ports),

    findResources: findResources.bind(undefined, ports),

    findAssignableRoles: findAssignableRoles.bind(undefined, ports),
  }
}

/** Accounts, their place in the tree and their owner. */
function accountVerbs(ports: Ports) {
  return {
    createAccount: createAccount.bind(undefined, ports),
    getAccount: getAccount.bind(undefined, ports),
    listAccounts: listAccounts.bind(undefined, ports),
    changeAccount: changeAccount.bind(undefined, ports),
    suspendAccount: suspendAccount.bind(undefined, ports),
    handOverAccount: handOverAccount.bind(undefined, ports),
  }
}

/** People in the IAM store and what they are given by hand. */
function memberVerbs(ports: Ports) {
  return {
    listMembers: listMembers.bind(undefined, ports),
    addMember: addMember.bind(undefined, ports),
    assignRole: assignRole.bind(undefined, ports),
    unassignRole: unassignRole.bind(undefined, ports),
    suspendMember: suspendMember.bind(undefined, ports),
    switchRoleGroups: switchRoleGroups.bind(undefined, ports),
    removeMember: removeMember.bind(undefined, ports),
    showMember: showMember.bind(undefined, ports),
  }
}

/** What the SCIM door was asked. */
function requestVerbs(ports: Ports) {
  return {
    listRequests: listRequests.bind(undefined, ports),
    showRequest: showRequest.bind(undefined, ports),
    purgeRequests: purgeRequests.bind(undefined, ports),
  }
}

/** Roles that an account makes for itself. */
function permissionGroupVerbs(ports: Ports) {
  return {
    createPermissionGroup: createPermissionGroup.bind(undefined, ports),
    changePermissionGroup: changePermissionGroup.bind(undefined, ports),
    removePermissionGroup: removePermissionGroup.bind(undefined, ports),
    listPermissionGroups: listPermissionGroups.bind(undefined, ports),
    showPermissionGroup: showPermissionGroup.bind(undefined, ports),
    permissionGroupHistory: permissionGroupHistory.bind(undefined, ports),
    addToPermissionGroup: addToPermissionGroup.bind(undefined, ports),
    takeFromPermissionGroup: takeFromPermissionGroup.bind(undefined, ports),
  }
}

/** "May X do Y?", who asks it, and why the answer is as it is. */
function decisionVerbs(ports: Ports) {
  return {
    evaluate: evaluate.bind(undefined, ports),
    evaluateMany: evaluateMany.bind(undefined, ports),
    searchSubjects: searchSubjects.bind(undefined, ports),
    searchResources: searchResources.bind(undefined, ports),
    searchActions: searchActions.bind(undefined, ports),
    showPermissions: showPermissions.bind(undefined, ports),
    explainAccess: explainAccess.bind(undefined, ports),

    createGateway: createGateway.bind(undefined, ports),
    listGateways: listGateways.bind(undefined, ports),
    revokeGateway: revokeGateway.bind(undefined, ports),
    authenticateGateway: authenticateGateway.bind(undefined, ports),
  }
}

/** What people ask for. */
function roleRequestVerbs(ports: Ports) {
  return {
    askForRole: askForRole.bind(undefined, ports),
    listRoleRequests: listRoleRequests.bind(undefined, ports),
    listAllRoleRequests: listAllRoleRequests.bind(undefined, ports),
    grantRoleRequest: grantRoleRequest.bind(undefined, ports),
    declineRoleRequest: declineRoleRequest.bind(undefined, ports),
    withdrawRoleRequest: withdrawRoleRequest.bind(undefined, ports),
  }
}

/** Letting people in: by invitation, or out of an older system. */
function invitationVerbs(ports: Ports) {
  return {
    invite: invite.bind(undefined, ports),
    listInvitations: listInvitations.bind(undefined, ports),
    showInvitation: showInvitation.bind(undefined, ports),
    resendInvitation: resendInvitation.bind(undefined, ports),
    revokeInvitation: revokeInvitation.bind(undefined, ports),
    changeInvitation: changeInvitation.bind(undefined, ports),
    confirmInvitation: confirmInvitation.bind(undefined, ports),
    openInvitation: openInvitation.bind(undefined, ports),
    acceptInvitation: acceptInvitation.bind(undefined, ports),
    acceptAsSignedIn: acceptAsSignedIn.bind(undefined, ports),
    acceptAsVisitor: acceptAsVisitor.bind(undefined, ports),
    findVisitor: findVisitor.bind(undefined, ports),
    findInvitationRealm: findInvitationRealm.bind(undefined, ports),
    importMembers: importMembers.bind(undefined, ports),
  }
}

/** The outbox of mail. */
function mailVerbs(ports: Ports) {
  return {
    listMail: listMail.bind(undefined, ports),
    showMail: showMail.bind(undefined, ports),
    sendMail: sendMail.bind(undefined, ports),
    purgeMail: purgeMail.bind(undefined, ports),
  }
}

/** What directories may tell beside RFC 7643. */
function schemaVerbs(ports: Ports) {
  return {
    putSchema: putSchema.bind(undefined, ports),
    removeSchema: removeSchema.bind(undefined, ports),
    listSchemas: listSchemas.bind(undefined, ports),
    getSchema: getSchema.bind(undefined, ports),
    findConnectionSchemas: findConnectionSchemas.bind(undefined, ports),
  }
}
