/** Where the door knowingly answers otherwise than a text asks, or than one directory expects. */
export type Deviation = {
  /** Requirements that it concerns; none where only a vendor's suite asks. */
  readonly numbers: readonly number[]
  readonly point: string
  readonly asked: string
  readonly answered: string
  readonly why: string
}

export const deviations: readonly Deviation[] = [
  {
    numbers: [2],
    point: 'A create or PUT without `schemas`',
    asked: 'RFC 7643: every representation has a non-empty `schemas`',
    answered: 'taken; answers have it always',
    why: 'many clients leave it out; in PATCH, search and bulk messages it is required, as there it says what is meant',
  },
  {
    numbers: [4],
    point: 'Foreign URNs in `schemas`, and their attributes',
    asked: 'RFC 7643: nothing but the base schema and the extensions of the type',
    answered: 'passed over, and told in the log; never an error',
    why: 'Entra names a schema of its own with every group',
  },
  {
    numbers: [14],
    point: 'Values that do not fit a schema of the account’s own, with `active: false`',
    asked: 'RFC 7644: 400 `invalidValue`, `invalidPath`, `noTarget` or `mutability`, 409 `uniqueness`',
    answered: 'the value stays as it was, told in the log; the rest is carried out',
    why: 'an account’s schemas are its administrators’ to change: refused, the person would stay active',
  },
  {
    numbers: [14, 15],
    point: 'Booleans, numbers and single values in the wrong dress: `"True"`, `"7"`, one object for a list',
    asked: 'RFC 7643: the value has the attribute’s type',
    answered: 'repaired on the way in, and told in the log; shown in the right type',
    why: 'Entra sends `"False"` for `active`: refused, the person would stay active',
  },
  {
    numbers: [19],
    point: 'URIs in `profileUrl` and `photos`',
    asked: 'RFC 7643: an absolute or relative URI',
    answered: 'stored as told',
    why: 'Microsoft’s validator sends random letters and reads them back; nothing follows these URIs',
  },
  {
    numbers: [26],
    point: 'Several `primary: true` in a POST or PUT',
    asked: 'RFC 7643: at most one',
    answered: 'the first one stays, the others become false',
    why: 'PingOne sends two primary e-mails',
  },
  {
    numbers: [83],
    point: 'The country of an address',
    asked: 'RFC 7643: ISO 3166-1 alpha-2',
    answered: 'stored as told',
    why: 'Microsoft’s validator writes the country out and reads it back',
  },
  {
    numbers: [67, 255],
    point: 'A password in a body',
    asked: 'RFC 7644: writeOnly values are stored',
    answered: 'taken and thrown away',
    why: 'people sign in elsewhere; what is not held cannot be lost. `changePassword.supported` is false',
  },
  {
    numbers: [92],
    point: 'A member whom nobody knows',
    asked: 'RFC 7643: the id of a user or group',
    answered: 'kept as told, without `$ref`; grants nothing',
    why: 'one bad member would stop all others: Okta pushes whole lists, and members before their users',
  },
  {
    numbers: [123],
    point: '`filter` on `/ServiceProviderConfig`',
    asked: 'RFC 7644: 403 (SHOULD)',
    answered: '200, the filter is ignored',
    why: 'it is one document; the same section also says that parameters are ignored. The lists answer 403',
  },
  {
    numbers: [163],
    point: 'The version in the URL',
    asked: 'RFC 7644: directly before the endpoint',
    answered: '`/scim/v2/{connection}` is the base URL; `v2` directly before the endpoint is taken too',
    why: 'a base URL that names its tenant, which can be pasted as it is into every directory’s form',
  },
  {
    numbers: [214],
    point: '`emails[type eq "work"].value eq "…"`, and words without quotes',
    asked: 'RFC 7644: neither is in the grammar',
    answered: 'taken',
    why: 'Entra asks so where an e-mail is its matching attribute',
  },
  {
    numbers: [225],
    point: '`emails eq`, `members eq`, `manager eq`',
    asked: 'RFC 7644: a sub-attribute is named',
    answered: 'its `value` is compared',
    why: 'Entra and Ping ask so, and examples of the RFC do',
  },
  {
    numbers: [263],
    point: 'A PATCH without operations',
    asked: 'RFC 7644: one operation or more',
    answered: '400; on connections of the kind `entra` it changes nothing and succeeds',
    why: 'Microsoft’s validator sends it',
  },
  {
    numbers: [268, 335],
    point: '`id`, `meta`, `groups` inside a PATCH value without a path',
    asked: 'RFC 7644: `mutability`',
    answered: 'passed over, but for another `id`; with a path it is `mutability`',
    why: 'Okta sends the `id` along with each rename of a group',
  },
  {
    numbers: [285, 441],
    point: '`remove` of `members` with a value',
    asked: 'RFC 7644 and IPSIE know no value with remove, so that all would go',
    answered: 'those named go',
    why: 'Entra and JumpCloud take one member out so; the others must stay',
  },
  {
    numbers: [294, 338],
    point: '`replace` with a filter that matches nothing',
    asked: 'RFC 7644: `noTarget`',
    answered: '`noTarget`; on connections of the kinds `entra` and `jumpcloud` the value is created',
    why: 'both send it for a first work phone or address',
  },
  {
    numbers: [256],
    point: 'A PUT without `active`',
    asked: 'RFC 7644: what is left out may be cleared or defaulted',
    answered: 'the flag stays as it is',
    why: 'nobody is let in again by saying nothing',
  },
  {
    numbers: [334],
    point: 'A name in use',
    asked: 'RFC 7644, table 9, lists `uniqueness` under 400',
    answered: '409 `uniqueness` for POST, PUT and PATCH, and for the displayName of groups too',
    why: 'section 3.3 of the same RFC says 409, and so do the suites of Okta and Microsoft',
  },
  {
    numbers: [341, 367],
    point: 'Personal data in the filter of a URL',
    asked: 'RFC 7644: 403 (SHOULD)',
    answered: 'answered; the log keeps no query',
    why: 'every directory searches by userName in a URL',
  },
  {
    numbers: [],
    point: 'Personal addresses, such as those of free mail services',
    asked: 'Microsoft’s collection and Okta send some',
    answered: '400 `invalidValue` where they identify or reach a person; kept as told elsewhere',
    why: 'the [work e-mail rule](work-email.md)',
  },
  {
    numbers: [],
    point: 'A work e-mail that is no address, such as `emailName357`',
    asked: 'Microsoft’s collection sends one',
    answered: '400 `invalidValue`',
    why: 'the [work e-mail rule](work-email.md): an address that reaches nobody identifies nobody',
  },
  {
    numbers: [],
    point: '`display` of a member',
    asked: 'Microsoft’s collection reads back the name that it has sent along with a member',
    answered: 'the displayName that the user has',
    why: 'a name that is told twice is stale once; a member is his id',
  },
  {
    numbers: [237],
    point: '`attributes=emails[type eq "work"]`',
    asked: 'RFC 7644: names, and no filters',
    answered: 'the list is shown whole',
    why: 'Microsoft’s collection asks so',
  },
  {
    numbers: [277],
    point: 'The answer to the PATCH of a user',
    asked: 'Microsoft’s collection expects 204 here and there; the RFC allows both',
    answered: '200 with the user; of a group 204, or 200 with `attributes`',
    why: 'Okta reads the user from the answer',
  },
]
