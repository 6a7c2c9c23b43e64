import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mail } from '../../application/mail/mail-ports.ts'
import { headerText, type MailMessage } from '../../domain/mail.ts'
import { domainOf, type MailFrom } from './smtp.ts'

export type FileTarget = { readonly folder: string; readonly from: MailFrom; readonly now: () => number }

/** The embedded default sends nothing: each mail becomes a file of a folder that its owner alone can read. */
export function createFileOutbox({ folder, from, now }: FileTarget): Mail {
  const fileOf = (id: string): string => join(folder, `${id.replaceAll(/[^\w-]/g, '')}.eml`)
  return {
    async send(message) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = fileOf(message.id)
      const handle = await open(`${file}.part`, 'w', 0o600)
      try {
        await handle.writeFile(toEml(message, from, now()))
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(`${file}.part`, file) // nobody ever sees half a mail
    },
    async kept(id) {
      const eml = await readFile(fileOf(id), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      })
      return eml && eml.slice(eml.indexOf(crlf + crlf) + 4).replaceAll(crlf, '\n')
    },
    check: () => Promise.resolve(`none is sent, each becomes a file in ${folder}; set MAIL_URL to send`),
  }
}

const crlf = '\r\n'

/** RFC 5322 with headers in UTF-8 (RFC 6532): every mail program opens it, and `less` shows it. */
function toEml({ id, to, subject, text }: MailMessage, from: MailFrom, now: number): string {
  const sender =
    from.name === '' ? from.address : `"${headerText(from.name).replaceAll(/["\\]/g, '')}" <${from.address}>`
  const headers = [
    `From: ${sender}`,
    `To: ${headerText(to)}`,
    `Subject: ${headerText(subject)}`,
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@${domainOf(from.address)}>`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  return [...headers, '', ...text.split('\n')].join(crlf)
}
