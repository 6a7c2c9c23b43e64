import { setSignInName } from './accounts/set-sign-in-name.ts'
import { endVisits } from './invitations/end-visits.ts'
import { getOidcSettings, removeOidcSettings, testOidcSettings } from './oidc/manage-oidc-settings.ts'
import { publishClientKeys } from './oidc/publish-client-keys.ts'
import { putOidcSettings } from './oidc/put-oidc-settings.ts'
import { findOpening, findOpeningDoor } from './openings/find-opening.ts'
import { findOpeningVisitor, openAsVisitor } from './openings/open-as-visitor.ts'
import { openAsSignedIn } from './openings/open-as-signed-in.ts'
import { endSession } from './sessions/end-session.ts'
import { purgeSignIns } from './sessions/purge-sign-ins.ts'
import { readSession } from './sessions/read-session.ts'
import { setDefaultAccount } from './sessions/set-default-account.ts'
import { listMemberships, switchAccount } from './sessions/switch-account.ts'
import { openSignIn, refuseSignIn, rememberSignIn, takeSignIn } from './sign-in/begin-sign-in.ts'
import { completeSignIn } from './sign-in/complete-sign-in.ts'
import { findRealm, findRealmByIssuer } from './sign-in/find-realm.ts'
import { endIdentity, listIdentities, listIdentity } from './sign-in/manage-identities.ts'
import { createOneTimeLink, useOneTimeLink } from './sign-in/one-time-links.ts'
import { purgePairs } from './sign-in/purge-pairs.ts'
import type { Ports } from './ports.ts'

/** How people come in, and what they are signed in by. */
export function signInVerbs(ports: Ports) {
  return {
    setSignInName: setSignInName.bind(undefined, ports),
    putOidcSettings: putOidcSettings.bind(undefined, ports),
    getOidcSettings: getOidcSettings.bind(undefined, ports),
    removeOidcSettings: removeOidcSettings.bind(undefined, ports),
    testOidcSettings: testOidcSettings.bind(undefined, ports),
    publishClientKeys: publishClientKeys.bind(undefined, ports),

    findRealm: findRealm.bind(undefined, ports),
    findRealmByIssuer: findRealmByIssuer.bind(undefined, ports),
    openSignIn: openSignIn.bind(undefined, ports),
    rememberSignIn: rememberSignIn.bind(undefined, ports),
    takeSignIn: takeSignIn.bind(undefined, ports),
    refuseSignIn: refuseSignIn.bind(undefined, ports),
    completeSignIn: completeSignIn.bind(undefined, ports),
    createOneTimeLink: createOneTimeLink.bind(undefined, ports),
    useOneTimeLink: useOneTimeLink.bind(undefined, ports),

    listIdentities: listIdentities.bind(undefined, ports),
    listIdentity: listIdentity.bind(undefined, ports),
    endIdentity: endIdentity.bind(undefined, ports),

    findOpening: findOpening.bind(undefined, ports),
    findOpeningDoor: findOpeningDoor.bind(undefined, ports),
    findOpeningVisitor: findOpeningVisitor.bind(undefined, ports),
    openAsVisitor: openAsVisitor.bind(undefined, ports),
    openAsSignedIn: openAsSignedIn.bind(undefined, ports),

    readSession: readSession.bind(undefined, ports),
    listMemberships: listMemberships.bind(undefined, ports),
    setDefaultAccount: setDefaultAccount.bind(undefined, ports),
    switchAccount: switchAccount.bind(undefined, ports),
    endSession: endSession.bind(undefined, ports),
    endVisits: endVisits.bind(undefined, ports),
    purgeSignIns: purgeSignIns.bind(undefined, ports),
    purgePairs: purgePairs.bind(undefined, ports),
  }
}
