/**
 * Requirements that no test names, each with its reason. `n/a`: a duty of others, or of a case that never arises here.
 * `left out`: not done, on purpose or not yet.
 */
export type Standing = { readonly kind: 'n/a' | 'left out'; readonly why: string }

const na = (why: string): Standing => ({ kind: 'n/a', why })
const leftOut = (why: string): Standing => ({ kind: 'left out', why })

const ofClients = na('a duty of clients')
const ofDirectories = na('a duty of whoever fills the directory; values are stored as told')
const ofRegistries = na('a duty of whoever registers names')
const noEvents = leftOut('RFC 9967 is not done: no events, no asynchronous answers')
const noMe = na('/Me is not served')

/** Every number from the first to the last. */
function each(first: number, last: number, standing: Standing): [number, Standing][] {
  return Array.from({ length: last - first + 1 }, (_, index) => [first + index, standing])
}

export const standings: ReadonlyMap<number, Standing> = new Map([
  [1, na('how to read the RFCs')],
  [12, na('a duty of whoever defines an extension')],
  [13, leftOut('no attribute of the core schemas prescribes a format that is checked; what is sent is stored as told')],
  [29, leftOut('values come back as told: Entra and Okta compare them with what they have sent')],
  [53, na('a duty of whoever defines an extension')],
  [56, ofClients],
  [65, ofDirectories],
  [75, leftOut('e-mails are judged by the work e-mail rule, and otherwise stored as told')],
  [77, leftOut('phone numbers are stored as told: Microsoft’s validator reads back what it has sent')],
  [78, leftOut('phone numbers are stored as told: Microsoft’s validator reads back what it has sent')],
  [79, leftOut('instant messaging addresses are stored as told')],
  [81, ofDirectories],
  [82, ofDirectories],
  [106, na('no attribute has the uniqueness "global"')],
  [107, na('no attribute has the uniqueness "global"')],
  [139, ofClients],
  [140, ofClients],
  [143, ofClients],
  [160, ofClients],
  [204, ofClients],
  [243, ofClients],
  [324, noMe],
  [325, noMe],
  [329, ofClients],
  [330, ofClients],
  [355, ofClients],
  [358, ofClients],
  [365, ofClients],
  [366, ofClients],
  [367, leftOut('every directory searches by userName in a URL; the log keeps no query')],
  [369, leftOut('no lock-out: a token is 256 bits of chance, and a lock would let strangers stop a directory')],
  ...each(372, 403, noEvents),
  [404, na('a duty of intermediaries')],
  ...each(405, 411, noEvents),
  [417, ofClients],
  [418, ofClients],
  [423, ofClients],
  [
    420,
    leftOut('no API changes a directory user or group; what an administrator gives by hand is kept apart, not refused'),
  ],
  [424, leftOut('roles are lost at the commit; sessions are the platform’s')],
  [425, leftOut('roles are lost at the commit; sessions are the platform’s')],
  [426, leftOut('sessions, tokens and keys of a person are the platform’s')],
  [447, leftOut('TLS is the proxy’s in front, without which only the loopback address is served')],
  ...each(452, 461, ofRegistries),
])
