import type { Ports } from '../ports.ts'

/** Whether the account has proved the domain of the address: else its IdP may say of anybody that it is his. */
export async function isProven({ views }: Pick<Ports, 'views'>, accountId: string, email: string): Promise<boolean> {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase()
  return (await views.provenDomains(accountId, 'verified')).has(domain)
}
