import type { Admin, Customer, MappingItem } from './admin.ts'
import { createEntra, entraHeaders } from './entra.ts'
import type { Company, PlannedMapping, Vendor } from './model.ts'
import { createOkta, oktaHeaders } from './okta.ts'
import { createSender, type Idp, type Send, type SenderOptions } from './scim.ts'

type Play = { readonly headers: Readonly<Record<string, string>>; readonly create: (send: Send) => Idp }

const vendors: Record<Vendor, Play> = {
  Okta: { headers: oktaHeaders, create: createOkta },
  Entra: { headers: entraHeaders, create: createEntra },
}

/** Opens a customer's account, its connection and a token, and lets his IdP know them. */
export async function openCustomer(
  admin: Admin,
  company: Company,
  { meter, signal }: Pick<SenderOptions, 'meter' | 'signal'>,
): Promise<Customer> {
  const { name, vendor } = company
  const accountId = await admin.openAccount(name)
  const kind = vendor.toLowerCase()
  const { id: connectionId, scimUrl } = await admin.openConnection(accountId, vendor, kind)
  const token = await admin.createToken({ accountId, connectionId })
  const { headers, create } = vendors[vendor]
  const send = createSender({ baseUrl: scimUrl, token, headers, meter, signal })
  return { company, accountId, connectionId, scimUrl, send, idp: create(send) }
}

/** Says which group reaches which role: by name before the directory has told of its groups, by id afterwards. */
export async function sayMappings(
  admin: Admin,
  customer: Customer,
  said: PlannedMapping['said'],
): Promise<MappingItem[]> {
  const ids = new Map((await admin.groups(customer)).map(({ displayName, id }) => [displayName, id]))
  const added: MappingItem[] = []
  for (const { group, role } of customer.company.mappings.filter((mapping) => mapping.said === said)) {
    const named = said === 'before' ? { groupName: group } : { groupId: ids.get(group) }
    added.push(await admin.addMapping(customer, named, role))
  }
  return added
}
