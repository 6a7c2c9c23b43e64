import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createFileOutbox } from '../../src/adapters/mail/file-outbox.ts'
import { createSmtpMail, type SmtpTarget } from '../../src/adapters/mail/smtp.ts'
import { selfSigned } from '../support/certificate.ts'
import { freePort } from '../support/servers.ts'
import { startSmtp, type SmtpOptions, type SmtpServer } from '../support/smtp.ts'

const from = { name: 'Example, Inc.', address: 'no-reply@platform.example' }
const tls = selfSigned(['localhost'])
const message = {
  id: 'm-1',
  to: 'jane@corp.example',
  subject: 'Grüße',
  text: 'First line.\n\nA link: https://x.example/y',
}

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function server(options?: SmtpOptions): Promise<SmtpServer> {
  const started = await startSmtp(options)
  open.push(() => started.close())
  return started
}

/** The certificate is made out for `localhost`. */
function mailTo({ url }: { url: string }, target: Partial<SmtpTarget> = {}) {
  return createSmtpMail({ url: url.replace('127.0.0.1', 'localhost'), from, tls: 'offered', ...target })
}

describe('mail by SMTP', () => {
  it('arrives, with the sender, one recipient and a Message-ID that stays the same', async () => {
    const smtp = await server()
    const mail = mailTo(smtp)
    await mail.send(message)
    await mail.send(message)
    expect(smtp.received).toHaveLength(2)
    for (const { from: sender, to, text } of smtp.received) {
      expect({ sender, to }).toEqual({ sender: 'no-reply@platform.example', to: ['jane@corp.example'] })
      expect(text).toContain('Message-ID: <m-1@platform.example>')
      expect(text).toContain('From: "Example, Inc." <no-reply@platform.example>')
      expect(text).toContain('Auto-Submitted: auto-generated')
      expect(text).toContain('A link: https://x.example/y')
    }
  })

  it('goes out under TLS alone where that is required, and so does the password', async () => {
    const login = { user: 'joinery', password: 'p@ss/word' }
    const withoutTls = await server({ login })
    const url = (of: SmtpServer) => of.url.replace('//', `//${login.user}:${encodeURIComponent(login.password)}@`)
    await expect(mailTo({ url: url(withoutTls) }, { tls: 'required' }).send(message)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
    expect(withoutTls.received).toEqual([])

    const withTls = await server({ login, tls })
    await mailTo({ url: url(withTls) }, { tls: 'required', ca: tls.cert }).send(message)
    expect(withTls.received).toMatchObject([{ secure: true, user: 'joinery' }])
  })

  it('speaks TLS from the first byte with smtps, and only to a certificate that it trusts', async () => {
    const smtp = await server({ tls, secure: true })
    await expect(mailTo(smtp, { tls: 'required' }).send(message)).rejects.toMatchObject({
      code: 'upstream_unavailable',
    })
    expect(smtp.received).toEqual([])
    await mailTo(smtp, { tls: 'required', ca: tls.cert }).send(message)
    expect(smtp.received).toMatchObject([{ secure: true }])
  })

  it('tells a refusal for good from what may pass: a wrong password, a busy server, none at all', async () => {
    const smtp = await server({ unknown: ['gone@corp.example'], busy: ['busy@corp.example'] })
    const mail = mailTo(smtp)
    await expect(mail.send({ ...message, to: 'gone@corp.example' })).rejects.toMatchObject({
      code: 'upstream_rejected',
      message: expect.stringContaining('nobody of that name') as string,
    })
    const passing = { code: 'upstream_unavailable' }
    await expect(mail.send({ ...message, to: 'busy@corp.example' })).rejects.toMatchObject(passing)
    const guarded = await server({ login: { user: 'joinery', password: 'right' }, tls })
    const wrong = mailTo({ url: guarded.url.replace('//', '//joinery:wrong@') }, { ca: tls.cert })
    await expect(wrong.send(message)).rejects.toMatchObject(passing)
    await expect(wrong.check()).rejects.toThrow(/wrong/)
    const nobody = mailTo({ url: `smtp://127.0.0.1:${await freePort()}` })
    await expect(nobody.send(message)).rejects.toMatchObject(passing)
  })

  it.each([
    ['a subject', { subject: 'Hello\r\nBcc: victim@corp.example\r\n\r\nbody of another' }],
    ['a recipient', { to: 'jane@corp.example\r\nRCPT TO:<victim@corp.example>' }],
    ['a list of recipients', { to: 'jane@corp.example, victim@corp.example' }],
  ])('lets no header in by %s', async (_what, hostile) => {
    const smtp = await server()
    await mailTo(smtp)
      .send({ ...message, ...hostile })
      .catch(() => undefined)
    const recipients = smtp.received.flatMap(({ to }) => to)
    expect(recipients).not.toContain('victim@corp.example')
    const head = smtp.received.map(({ text }) => text.slice(0, text.indexOf('\r\n\r\n'))).join('\n')
    expect(head).not.toMatch(/^bcc:/im)
  })
})

describe('mail as files', () => {
  function outbox() {
    const parent = mkdtempSync(join(tmpdir(), 'joinery-mail-'))
    open.push(() => rmSync(parent, { recursive: true }))
    const folder = join(parent, 'mail')
    return { folder, mail: createFileOutbox({ folder, from, now: () => Date.parse('2026-01-02T03:04:05Z') }) }
  }

  it('becomes one file for each mail that its owner alone can read, and gives the text back', async () => {
    const { folder, mail } = outbox()
    await mail.send(message)
    await mail.send(message)
    expect(readdirSync(folder)).toEqual(['m-1.eml'])
    expect([folder, join(folder, 'm-1.eml')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600])
    expect(await mail.kept('m-1')).toBe(message.text)
    expect(await mail.kept('m-2')).toBeNull()
    const eml = readFileSync(join(folder, 'm-1.eml'), 'utf8')
    expect(eml).toContain('Subject: Grüße\r\nDate: Fri, 02 Jan 2026 03:04:05 +0000\r\n')
  })

  it('lets no header in and no path out', async () => {
    const { folder, mail } = outbox()
    await mail.send({ ...message, id: '../../out', subject: 'Hello\r\nBcc: victim@corp.example' })
    expect(readdirSync(folder)).toEqual(['out.eml'])
    expect(readFileSync(join(folder, 'out.eml'), 'utf8')).toContain('Subject: Hello Bcc: victim@corp.example\r\n')
  })
})
