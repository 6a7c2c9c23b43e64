import type { AccessKey, KeyStanding, KeyState } from '../../domain/access-key.ts'
import type { accessKeyOrders, SortOf } from '../list-orders.ts'
import type { Member } from '../../domain/member.ts'

export type AccessKeys = {
  insert(key: AccessKey): Promise<void>
  /** The key of this account, its row locked until the transaction ends. */
  lock(accountId: string, id: string): Promise<AccessKey | undefined>
  /** Those of a member in all his lives. */
  ofMember(memberId: string): Promise<AccessKey[]>
  update(key: AccessKey): Promise<void>
  remove(id: string): Promise<void>
}

/** A key beside where its person and its account stand now. */
export type AccessKeyRow = AccessKey & KeyStanding & { readonly holder: Pick<Member, 'userName'> | null }

/** `memberId`: those of one person. */
export type AccessKeyQuery = {
  readonly accountId: string
  readonly memberId?: string | undefined
  readonly state?: KeyState | undefined
  /** A part of its name, in any letter case. */
  readonly name?: string | undefined
  readonly role?: string | undefined
  readonly sort?: SortOf<typeof accessKeyOrders> | undefined
  readonly limit: number
  readonly after: string | undefined
}
export type AccessKeyPage = { readonly items: readonly AccessKeyRow[]; readonly next: string | null }

export type AccessKeyViews = {
  accessKey(id: string): Promise<AccessKeyRow | undefined>
  accessKeys(query: AccessKeyQuery): Promise<AccessKeyPage>
  touchAccessKey(id: string, at: number): Promise<void>
}
