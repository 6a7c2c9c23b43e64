import { afterAll, beforeAll, expect, it } from 'vitest'
import { postMail } from '../../src/application/mail/post-mail.ts'
import type { Ports } from '../../src/application/ports.ts'
import { startMailing } from '../../workers/mail.ts'
import { createTenant, eventually } from '../support/api.ts'
import { createClock } from '../support/clock.ts'
import { describeOnBoth } from '../support/databases.ts'
import { operator, startJoinery, type Joinery } from '../support/joinery.ts'
import { freePort } from '../support/servers.ts'
import { startSmtp, type SmtpServer } from '../support/smtp.ts'

const dayMs = 86_400_000
const mailer = { actor: { kind: 'system', part: 'mail' }, id: 'test' } as const
const round = { limit: 10, leaseMs: 60_000, random: () => 0.5 }

describeOnBoth('the outbox of mail', (database) => {
  let joinery: Joinery
  let ports: Ports
  let accountId: string
  let smtp: SmtpServer | undefined
  let port: number
  const clock = createClock()
  let count = 0

  beforeAll(async () => {
    port = await freePort()
    joinery = await startJoinery({
      ...{ database, clock, workers: false, wrapPorts: (given) => (ports = given) },
      env: { MAIL_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: 'no-reply@platform.example', MAIL_TLS: 'offered' },
    })
    accountId = (await createTenant(joinery.api)).accountId
  })
  afterAll(() => joinery.close())

  const serve = async (options: { unknown?: string[] } = {}): Promise<SmtpServer> =>
    (smtp = await startSmtp({ ...options, port }))
  const stop = async (): Promise<void> => {
    await smtp?.close()
    smtp = undefined
  }
  const post = async (mail: { about?: string; until?: number; to?: string } = {}, fail = false): Promise<string> => {
    const about = mail.about ?? `thing-${(count += 1)}`
    const until = mail.until ?? clock.now() + dayMs
    await ports.unitOfWork(async (tx) => {
      const written = {
        accountId,
        about,
        until,
        to: mail.to ?? 'jane@corp.example',
        subject: about,
        text: `https://${about}`,
      }
      await postMail(ports, operator, tx, written)
      if (fail) throw new Error('rolled back')
    })
    return about
  }
  const state = async (about: string): Promise<any> =>
    (await joinery.api.ok('GET', `/mail?account=${accountId}`)).items.find((mail: any) => mail.about === about)
  const send = () => joinery.runtime.app.sendMail(mailer, round)
  const texts = (): string[] => smtp?.received.map(({ text }) => text) ?? []

  it('keeps a mail while the server is down, says why, and sends it once when it is up again', async () => {
    const about = await post()
    expect(await send()).toMatchObject({
      claimed: 1,
      sent: 0,
      failed: 0,
      waits: expect.stringMatching(/connect/i) as string,
    })
    expect(await state(about)).toMatchObject({ state: 'waiting', attempts: 1, sentAt: null })
    await serve()
    expect(await send()).toMatchObject({ claimed: 0 }) // its time has not come
    clock.advance(10_000)
    expect(await send()).toMatchObject({ claimed: 1, sent: 1 })
    clock.advance(dayMs / 2)
    expect(await send()).toMatchObject({ claimed: 0 })
    expect(texts().filter((text) => text.includes(`https://${about}`))).toHaveLength(1)
    expect(await state(about)).toMatchObject({ state: 'sent', attempts: 2, error: null })
    await stop()
  })

  it('sends nothing for a change that was rolled back', async () => {
    await serve()
    await expect(post({ about: 'never' }, true)).rejects.toThrow('rolled back')
    expect(await send()).toMatchObject({ claimed: 0 })
    expect(await state('never')).toBeUndefined()
    await stop()
  })

  it('gives up where the address is refused for good, and says so', async () => {
    await serve({ unknown: ['gone@corp.example'] })
    const about = await post({ to: 'gone@corp.example' })
    expect(await send()).toMatchObject({ sent: 0, failed: 1 })
    expect(await state(about)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('nobody of that name') as string,
    })
    clock.advance(dayMs / 2)
    expect(await send()).toMatchObject({ claimed: 0 })
    await stop()
  })

  it('drops what another mail about the same takes the place of, and what comes too late', async () => {
    const about = await post()
    await post({ about })
    const late = await post({ until: clock.now() + 1000 })
    clock.advance(2000)
    await serve()
    expect(await send()).toMatchObject({ claimed: 1, sent: 1 })
    expect(texts()).toHaveLength(1)
    expect(await state(late)).toMatchObject({ state: 'dropped', attempts: 0 })
    await stop()
  })

  it('is sent by one of many who look at once, and again by another after whoever claimed it has died', async () => {
    await serve()
    const about = await post()
    const all = await Promise.all(Array.from({ length: 8 }, send))
    expect(all.reduce((sum, { sent }) => sum + sent, 0)).toBe(1)
    const other = await post()
    const claimed = await ports.unitOfWork((tx) => tx.mail.claim(10, round.leaseMs))
    expect(claimed.map((mail) => mail.about)).toEqual([other]) // and its process dies
    expect(await send()).toMatchObject({ claimed: 0 })
    clock.advance(round.leaseMs + 1)
    expect(await send()).toMatchObject({ sent: 1 })
    expect(texts().map((text) => /https:\/\/(\S+)/.exec(text)?.[1])).toEqual([about, other])
    await stop()
  })

  it('leaves no text behind once nobody has to send it, and none that can be read before', async () => {
    const about = await post()
    const [mail] = await ports.unitOfWork((tx) => tx.mail.claim(1, 0))
    const place = `${accountId}/mail/${mail?.id}/text`
    const sealed = await ports.views.sealedSecret(place)
    expect(sealed).toBeDefined()
    expect(sealed).not.toContain(about)
    await serve()
    clock.advance(1)
    expect(await send()).toMatchObject({ sent: 1 })
    expect(await ports.views.sealedSecret(place)).toBeUndefined()
    await stop()
  })

  it('is looked after by a loop that a commit wakes', async () => {
    await serve()
    const { app, newId, log } = joinery.runtime
    const loop = joinery.runtime.wakenByMail(startMailing({ app, newId, log }))
    await post()
    await eventually(
      () => Promise.resolve(texts().length),
      (sent) => sent === 1,
      1500,
    ) // the loop rests for two seconds
    await loop.close()
    await stop()
  })
})
