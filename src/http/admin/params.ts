/** What stands in paths as `:name`. A new name is a line here. */
export const params = {
  account: 'The id of an account.',
  catalog: 'The id of a role catalog.',
  client: 'The id of an OAuth client of the connection.',
  connection: 'The id of a connection of the account.',
  domain: 'A domain of the account, as its list tells it.',
  identity: 'The id of an identity of the member.',
  gateway: 'The id of a gateway, of the account where the path names one.',
  invitation: 'The id of an invitation of the account.',
  key: 'The id of an access key of the account.',
  mail: 'The id of a mail of the outbox.',
  mapping: 'The id of a mapping of the account.',
  member: 'The id of a member of the account.',
  role: 'The id of a role of the account’s catalog.',
  permissionGroup: 'The id of a permission group of the account.',
  request: 'The id of a request in the log of the connection.',
  roleRequest: 'The id of a role request of the account.',
  secret: 'The id of a secret of the client.',
  token: 'The id of a token of the connection.',
  urn: 'The URN of an extension schema of the account.',
} as const

export type ParamName = keyof typeof params

/** The names in a path: `account` and `member` of `/accounts/:account/members/:member`. */
export type ParamsOf<Path extends string> = Record<NamesIn<Path>, string>
type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** The names in a path, in order. */
export function paramNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
}

/** The first sentence of a description: what a list of routes shows. */
export function summaryOf(about: string): string {
  return /^.*?\.(?= |$)/s.exec(about)?.[0] ?? about
}

/** The path as it is read and as OpenAPI writes it: `{account}` for `:account`. */
export function shownPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}')
}
