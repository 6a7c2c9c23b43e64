import type { JoineryVerb } from '../../domain/joinery-verbs.ts'

/**
 * Who may use a route, beside the operator: nobody; everybody of the account; a person for himself; its owner; everybody for
 * his own access keys or for what was asked for him, and for all others whom the catalog lets; or whom the catalog lets use a
 * verb.
 */
export type Who = 'operator' | 'member' | 'person' | 'owner' | 'own-keys' | 'own-requests' | JoineryVerb

/** What a route says of it; `byPeople`: an access key may not, whatever its roles. */
type Asked = { readonly who: Who; readonly byPeople?: true }

/** Who may use a route, in a sentence of Markdown; links are relative to docs/reference. */
export function whoSays(asked: Asked): string {
  const { who } = asked
  if (who === 'operator') return 'the operator alone.'
  const by = credentialsOf(asked).includes('accessKey') ? 'by session or access key' : 'by session'
  if (who === 'member') return `the operator; everybody in an account, ${by}.`
  if (who === 'person') return `the operator; everybody in the account for himself, ${by}.`
  if (who === 'owner') return `the operator; the owner of the account, ${by}.`
  if (who === 'own-requests')
    return `the operator; everybody for what was asked for himself (\`member\`), by session; for all others ${letIn('see-members')}, ${by}.`
  if (who !== 'own-keys') return `the operator; ${letIn(who)}, ${by}.`
  return `the operator; everybody for his own access keys, by session; for all others ${letIn('manage-keys')}, ${by}.`
}

function letIn(verb: JoineryVerb): string {
  return `whoever the account’s catalog lets [\`${verb}\`](catalog-format.md#controls-joinerys-own-verbs)`
}

/** By what the admin API lets somebody in. */
export type Credential = 'bearer' | 'accessKey' | 'session'

/** What those have who may use a route. */
export function credentialsOf({ who, byPeople }: Asked): readonly Credential[] {
  if (who === 'operator') return ['bearer']
  return byPeople === true || who === 'person' || who === 'owner'
    ? ['bearer', 'session']
    : ['bearer', 'accessKey', 'session']
}
