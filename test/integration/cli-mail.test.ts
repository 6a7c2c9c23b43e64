import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../support/cli.ts'
import { mailedToken } from '../support/invitations.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { freePort } from '../support/servers.ts'

const openAccount = async ({ runtime }: Joinery): Promise<string> =>
  (await runtime.app.createAccount(operator, { name: 'Acme', catalog: 'plivo' })).id

/** Invites somebody; answers the invitation's id and what the command said. */
async function invite({ url, api }: Joinery, account: string): Promise<{ id: string; out: string }> {
  const args = ['--account', account, '--email', 'jane@corp.example', '--role', 'developer']
  const { status, out, err } = await runCli(url, ['invitations', 'create', ...args])
  expect({ status, err }).toEqual({ status: 0, err: '' })
  const [made] = (await api.ok('GET', `/accounts/${account}/invitations`)).items
  return { id: made.id as string, out }
}

describe('an invitation where no mail server is set', () => {
  let joinery: Joinery
  let account: string
  beforeAll(async () => {
    joinery = await startJoinery()
    account = await openAccount(joinery)
  })
  afterAll(() => joinery.close())

  it('says so, and how to read its mail', async () => {
    const { id, out } = await invite(joinery, account)
    const [made, note] = out.split('\n')
    expect(made).toMatch(new RegExp(`^Invitation ${id} is for jane@corp\\.example; its link works until `))
    const read = 'read it by "joinery mail show <mail>".'
    const none = 'No mail server is set (MAIL_URL), so mail goes to nobody and becomes files: '
    expect(note).toBe(`${none}find it by "joinery mail list --about ${id}", ${read}`)

    const [listed] = (await joinery.api.ok('GET', `/mail?about=${id}`)).items
    expect(listed).toMatchObject({ mailGoesTo: 'files' })
    const mails = await runCli(joinery.url, ['mail', 'list', '--about', id])
    expect(mails.out).toContain(listed.id)
    expect(mails.out.split('\n').at(-1)).toBe(`${none}${read}`)
    const invitations = await runCli(joinery.url, ['invitations', 'list', '--account', account])
    expect(invitations.out.split('\n').at(-1)).toBe(`${none}${read}`)
    const token = await mailedToken(joinery.api, account, id)
    const shown = await runCli(joinery.url, ['mail', 'show', listed.id as string])
    expect(shown.out).toContain(`\n${none}${read}\n`)
    expect(shown.out).toContain(token)
  })

  it('prints a list without mail as before', async () => {
    const { out } = await runCli(joinery.url, ['mail', 'list', '--to', 'nobody@corp.example'])
    expect(out).toBe('(none)')
  })
})

describe('an invitation where a mail server is set', () => {
  let joinery: Joinery
  beforeAll(async () => {
    const url = `smtp://127.0.0.1:${await freePort()}`
    const env = { MAIL_URL: url, MAIL_FROM: 'no-reply@platform.example', MAIL_TLS: 'offered' }
    joinery = await startJoinery({ env, workers: false })
  })
  afterAll(() => joinery.close())

  it('goes to the person', async () => {
    const accountId = await openAccount(joinery)
    const { id, out } = await invite(joinery, accountId)
    expect(out).toMatch(/^Invitation \S+ goes to jane@corp\.example; its link works until \S+\.$/)
    expect(await joinery.api.ok('GET', `/accounts/${accountId}/invitations/${id}`)).toMatchObject({
      mailGoesTo: 'server',
    })
    expect((await runCli(joinery.url, ['mail', 'list'])).out).not.toContain('No mail server')
  })
})
