import { createAccess } from './access.ts'

/** One of the things that somebody holds, asked whether it still lets him. */
export type Probe = { readonly name: string; lets(): Promise<boolean> }

export type Held = {
  readonly url: string
  /** The `Cookie` header of his browser. */
  readonly cookie: string
  readonly memberId: string
  /** The token of a gateway of his account. */
  readonly gatewayToken: string
  /** What he may do in his account: a capability, and one of its verbs or levels. */
  readonly may?: readonly [capability: string, action: string]
  /** An access key of his, where his catalog lets people have some. */
  readonly key?: { readonly id: string; readonly secret: string }
}

const team = ['account-settings.team', 'edit'] as const

/** Everything that ends with a person. A new kind of credential gets its probe here, and is measured and tested with the others. */
export function probesOf({ url, cookie, memberId, gatewayToken, may = team, key }: Held): Probe[] {
  const access = createAccess(url, gatewayToken)
  const question = {
    subject: { type: 'member', id: memberId },
    action: { name: may[1] },
    resource: { type: 'capability', id: may[0] },
  }
  const ofKey = {
    name: 'access key',
    lets: async () => {
      const { status, body } = await access('/keys/check', key)
      if (status !== 200) throw new Error(`the check of a key answered ${status}`)
      return body.active as boolean
    },
  }
  return [
    { name: 'cookie session', lets: () => letsBy(fetch(`${url}/auth/session`, { headers: { Cookie: cookie } })) },
    {
      name: 'token refresh',
      lets: () => {
        const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }
        return letsBy(fetch(`${url}/auth/token`, { method: 'POST', headers }))
      },
    },
    {
      name: 'access decision',
      lets: async () => {
        const { status, body } = await access('/evaluation', question)
        if (status !== 200) throw new Error(`the decision point answered ${status}`)
        return body.decision as boolean
      },
    },
    ...(key === undefined ? [] : [ofKey]),
  ]
}

/** Which of them still let him. */
export async function stillLet(probes: readonly Probe[]): Promise<string[]> {
  const answers = await Promise.all(probes.map(async ({ name, lets }) => ((await lets()) ? [name] : [])))
  return answers.flat()
}

async function letsBy(asked: Promise<Response>): Promise<boolean> {
  const answer = await asked
  await answer.text()
  if (answer.status !== 200 && answer.status !== 401) throw new Error(`${answer.url} answered ${answer.status}`)
  return answer.status === 200
}
