import { person, proveDomain, startCompany, type Company, type SignInJoinery } from './sign-in.ts'

/**
 * The platform's own sign-in; a company that lets its sign-in create people, of `partner.example`; and one whose directory
 * does, of `strict.example`.
 */
export async function startThreeCompanies(joinery: SignInJoinery): Promise<[Company, Company, Company]> {
  const platform = await startCompany(joinery, { settings: { platform: true } })
  const partner = await startCompany(joinery, { settings: { authority: 'jit', defaultRole: 'support' } })
  const strict = await startCompany(joinery, { settings: { pair: { attribute: 'externalId', claim: 'sub' } } })
  await proveDomain(joinery, partner.accountId, 'partner.example')
  await proveDomain(joinery, strict.accountId, 'strict.example')
  return [platform, partner, strict]
}

/** Somebody new at an IdP, who signs in there next. */
export type Newcomer = { login: string; sub: string; email: string; name: string }

export function createNewcomers(): (of: Company, domain: string, more?: object) => Newcomer {
  let people = 0
  return (of, domain, more = {}) => {
    const login = `p${(people += 1)}`
    const email = `${login}@${domain}`
    const one = person(login, { email, ...more })
    of.idp.people.set(one.sub, one)
    of.idp.next.sub = one.sub
    return { login, sub: one.sub, email: one.email as string, name: one.name as string }
  }
}
