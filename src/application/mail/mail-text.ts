import { placeText, type SecretPlace } from '../../domain/secret-place.ts'
import type { Tx } from '../ports.ts'
import type { MailKey } from './mail-ports.ts'

/** Where the text of a mail lies until it is sent: the links in it are secrets. */
export function textPlace({ id, accountId }: MailKey): SecretPlace {
  return { accountId, kind: 'mail', id, field: 'text' }
}

/** Nobody sends these mails any more. */
export async function forgetText(tx: Pick<Tx, 'sealedSecrets'>, mails: readonly MailKey[]): Promise<void> {
  for (const mail of mails) await tx.sealedSecrets.remove(placeText(textPlace(mail)))
}
