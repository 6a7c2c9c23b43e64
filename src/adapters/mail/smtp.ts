import { createTransport } from 'nodemailer'
import type { Mail } from '../../application/mail/mail-ports.ts'
import { AppError } from '../../domain/errors.ts'
import { headerText, isBareAddress } from '../../domain/mail.ts'

export type MailFrom = { readonly name: string; readonly address: string }
export type SmtpTarget = {
  readonly url: string
  readonly from: MailFrom
  /** `required`: no mail and no password goes out before TLS; `offered`: TLS where the server has it. */
  readonly tls: 'required' | 'offered'
  /** Certificates to trust beside those that Node trusts (PEM). */
  readonly ca?: string | undefined
}

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 }

/** Mail by SMTP: `smtp://` with STARTTLS, `smtps://` with TLS from the first byte. */
export function createSmtpMail({ url, from, tls, ca }: SmtpTarget): Mail {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    ...{ host: hostname.replaceAll(/[[\]]/g, ''), port: port === '' ? (secure ? 465 : 587) : Number(port), secure },
    ...{ requireTLS: !secure && tls === 'required', ...timeouts, disableFileAccess: true, disableUrlAccess: true },
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  })
  return {
    async send({ id, to, subject, text }) {
      // nodemailer would read a list out of a text with commas or line breaks.
      if (!isBareAddress(to)) throw new AppError('upstream_rejected', 'the recipient is not one bare address')
      try {
        await transport.sendMail({
          ...{ from: { ...from, name: headerText(from.name) }, to: { name: '', address: to } },
          envelope: { from: from.address, to: [to] },
          ...{ subject: headerText(subject), text, messageId: `<${id}@${domainOf(from.address)}>` },
          headers: { 'Auto-Submitted': 'auto-generated' }, // RFC 3834, 5: no reply of a machine
        })
      } catch (error) {
        throw toAppError(error as SmtpError)
      }
    },
    kept: () => Promise.resolve(null),
    async check() {
      await transport.verify()
      return `${secure ? 'smtps' : 'smtp'}://${hostname} answers`
    },
  }
}

type SmtpError = Error & { code?: string; command?: string; responseCode?: number; response?: string }

/**
 * Only a refusal of this address or of this mail is final. Whatever else is wrong, the network, the password or the sender, a
 * person mends, and then the mail still has to go out.
 */
function toAppError(error: SmtpError): AppError {
  const { code = '', command = '', responseCode = 0, response } = error
  const final = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'MAIL FROM'
  const message = headerText(response ?? error.message)
  return new AppError(final ? 'upstream_rejected' : 'upstream_unavailable', message, { cause: error })
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
