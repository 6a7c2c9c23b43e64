import { join } from 'node:path'
import type { Output } from '../output.ts'
import type { Customer } from './admin.ts'
import type { SignIns } from './sign-in/sign-ins.ts'

type Place = {
  readonly url: string
  readonly folder: string
  readonly customers: readonly Customer[]
  readonly signIns: SignIns
}

/** Where to look while the demo stays up: every line is ready to be pasted. */
export function lookAround(out: Output, { url, folder, customers, signIns }: Place): void {
  const account = customers[0]?.accountId ?? ''
  const api = `${url}/api/v1/accounts/${account}/members?limit=5`
  const joinery = `JOINERY_URL=${url} DATA_DIR=${quoted(folder)} npm run -s joinery --`
  out.line('')
  out.line('It stays up; look around, and end it with Ctrl-C.')
  signIns.look(out)
  out.line('The service:')
  for (const path of ['healthz', 'readyz', 'metrics']) out.line(`  ${url}/${path}`)
  for (const { company, scimUrl } of customers) out.line(`  ${scimUrl}  SCIM, ${company.name}`)
  out.line('The admin API:')
  out.line(`  curl -s -H "Authorization: Bearer $(cat ${quoted(join(folder, 'admin-token'))})" '${api}'`)
  out.line('The command line:')
  out.line(`  ${joinery} accounts list`)
  for (const { company, accountId } of customers) {
    out.line(`  ${joinery} members list --account ${accountId}  # ${company.name}`)
  }
  out.line(`  ${joinery} members list --account ${account} --role developer`)
  out.line(`  ${joinery} mappings list --account ${account}`)
  out.line(`  ${joinery} propagation status --account ${account}`)
}

/** A word for a shell. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
