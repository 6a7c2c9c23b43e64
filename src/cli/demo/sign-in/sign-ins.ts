import { randomBytes } from 'node:crypto'
import type { Output } from '../../output.ts'
import type { Admin, Customer } from '../admin.ts'
import type { Check } from '../checks.ts'
import { expectedRole } from '../expect.ts'
import { personOf, type Company, type Person } from '../model.ts'
import { inColumns } from '../text.ts'
import { createBrowser, type Browser, type Page } from './browser.ts'
import { loadLibrary, startProvider } from './provider.ts'

/** A customer whose people sign in, and the browsers in which some are signed in since before the week. */
type Open = { readonly customer: Customer; readonly loginUrl: string; readonly browsers: ReadonlyMap<Person, Browser> }
type Options = { readonly admin: Admin; readonly out: Output; readonly url: string; readonly signal: AbortSignal }

export type SignIns = {
  /** Gives each customer an OpenID provider, and signs a handful of people in. */
  begin(customers: readonly Customer[]): Promise<void>
  /** What must hold at the end of the week. */
  checks(): Promise<Check[]>
  /** Where to sign in, and as whom. */
  look(out: Output): void
}

/** `onClose` is told how to end each provider. */
export function createSignIns(options: Options, onClose: (close: () => Promise<void>) => void): SignIns {
  const opened: Open[] = []
  const { out, url, signal } = options
  return {
    async begin(customers) {
      const library = await loadLibrary()
      out.line('')
      if (library === null) {
        out.line('Nobody signs in: the package oidc-provider is not installed; it comes with those for development')
        return
      }
      out.line('A dozen people sign in, each at the OpenID provider of the own company')
      for (const customer of customers) {
        const redirectUri = `${url}/auth/callback/${customer.connectionId}`
        const client = { clientId: 'joinery', clientSecret: randomBytes(32).toString('hex'), redirectUri }
        const idp = await startProvider(library, customer.company, client)
        onClose(() => idp.close())
        const { clientId, clientSecret } = client
        const { issuer } = idp
        const loginUrl = await options.admin.setSignIn(customer, { issuer, clientId, clientSecret })
        await options.admin.setSignInName(customer, nameOf(customer.company))
        opened.push({ customer, loginUrl, browsers: await signAllIn(customer, { loginUrl, ...options }) })
      }
    },
    async checks() {
      const checks: Check[] = []
      for (const each of opened) checks.push(...(await checkCustomer(each, url, signal)))
      return checks
    },
    look: (where) => lookAt(where, url, opened),
  }
}

const nameOf = ({ name }: Company): string => name.split(' ')[0]?.toLowerCase() ?? ''
const handful = (company: Company): Person[] => company.signsIn.map((login) => personOf(company, login))

async function signIn(browser: Browser, loginUrl: string, { login }: Person): Promise<Page> {
  return browser.pick(await browser.open(loginUrl), login)
}

async function signAllIn(
  { company }: Customer,
  { out, url, loginUrl, signal }: Options & { loginUrl: string },
): Promise<Map<Person, Browser>> {
  const browsers = new Map<Person, Browser>()
  const rows: string[][] = []
  for (const person of handful(company)) {
    const browser = createBrowser(signal)
    await signIn(browser, loginUrl, person)
    const session = await browser.session(url)
    rows.push([company.name, person.displayName, session === null ? 'is not let in' : rolesOf(session.roles)])
    browsers.set(person, browser)
  }
  for (const line of inColumns(rows)) out.line(`  ${line}`)
  return browsers
}

const rolesOf = (roles: readonly string[]): string => (roles.length === 0 ? 'no role' : roles.join(', '))
const dueRole = (company: Company, person: Person): string => expectedRole(company, person) ?? 'no role'

async function checkCustomer({ customer, loginUrl, browsers }: Open, url: string, signal: AbortSignal) {
  const { company } = customer
  const [open, anew, refused]: [string[], string[], string[]] = [[], [], []]
  for (const [person, browser] of browsers) {
    const judge = (session: Awaited<ReturnType<Browser['session']>>, wrong: string[]): void => {
      const due = person.status === 'active' ? dueRole(company, person) : 'nobody'
      const is = session === null ? 'nobody' : rolesOf(session.roles)
      const strange = session !== null && session.userName !== person.userName
      if (is !== due || strange) wrong.push(`${person.userName} is ${is}, due is ${due}`)
    }
    judge(await browser.session(url), open)
    const fresh = createBrowser(signal)
    const page = await signIn(fresh, loginUrl, person)
    if (person.status === 'active') judge(await fresh.session(url), anew)
    else if (page.status !== 403 || (await fresh.session(url)) !== null) refused.push(`${person.userName} got in`)
  }
  return [
    { what: 'sessions begun before the week have the roles of now, and those of leavers are over', wrong: open },
    { what: 'people sign in with their roles', wrong: anew },
    { what: 'whoever left is refused at the sign-in', wrong: refused },
  ].map(({ what, wrong }) => ({ what: `${company.name}: ${what}`, wrong }))
}

function lookAt(out: Output, url: string, opened: readonly Open[]): void {
  if (opened.length === 0) return
  const names = opened.map(({ customer }) => nameOf(customer.company)).join(' or ')
  out.line('Sign in with a browser; no password is asked:')
  out.line(`  ${url}/auth/login  and type ${names}`)
  for (const { customer, loginUrl } of opened) {
    const { company } = customer
    out.line(`  ${loginUrl}  ${company.name}`)
    const rows = handful(company).map((person) => {
      const left = person.status === 'active' ? dueRole(company, person) : `${person.status}: is refused`
      return [person.displayName, left]
    })
    for (const line of inColumns(rows)) out.line(`    ${line}`)
  }
}
