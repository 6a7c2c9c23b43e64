import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFileSink } from '../../src/adapters/system/checkpoint-sink.ts'
import { linesOf } from '../../src/cli/lines.ts'
import { housekeeper, sealAll } from '../support/audit.ts'
import { createTenant } from '../support/api.ts'
import { createBreakable } from '../support/breakable.ts'
import { runCli, type Ran } from '../support/cli.ts'
import { createClock } from '../support/clock.ts'
import { startJoinery, type Joinery } from '../support/joinery.ts'

describe('joinery audit', () => {
  const clock = createClock()
  const breakable = createBreakable()
  let joinery: Joinery
  let accountId: string
  let member: string
  const file = (name: string) => join(joinery.database.folder, name)
  const sink = () => file('audit-checkpoints.jsonl')

  const run = (...args: string[]): Promise<Ran> => runCli(joinery.url, ['audit', ...args])
  async function works(...args: string[]): Promise<string> {
    const { status, out, err } = await run(...args)
    expect({ args, status, err }).toEqual({ args, status: 0, err: '' })
    return out
  }
  const json = async <T = any>(...args: string[]): Promise<T> => JSON.parse(await works(...args, '--json')) as T
  const keyIds = async (): Promise<string[]> =>
    (await json<{ items: { id: string }[] }>('key', 'list')).items.map(({ id }) => id)

  beforeAll(async () => {
    joinery = await startJoinery({ clock, workers: false, wrapDatabase: breakable.wrapDatabase })
    accountId = (await createTenant(joinery.api)).accountId
    const person = { userName: 'jane@corp.example', email: 'jane@corp.example' }
    member = (await joinery.api.ok('POST', `/accounts/${accountId}/members`, person)).id
    await joinery.api.ok('PATCH', `/accounts/${accountId}`, { name: 'A \u001b[2J name' })
    await sealAll(joinery)
    clock.advance(60_001)
    await joinery.runtime.app.checkpointAudit(housekeeper)
    await joinery.api.ok('PATCH', `/accounts/${accountId}`, { name: 'Last' })
    await works('export', '--account', accountId, '--personal', '--out', file('whole.jsonl'))
  })
  afterAll(() => joinery.close())

  it('list: the lines of a log, found by what is asked, with what changed', async () => {
    const text = await works('list', '--account', accountId, '--action', 'account.changed')
    expect(text.split('\n')).toHaveLength(3)
    expect(text).toMatch(/^SEQ +TIME +ACTOR +DOOR +ACTION +TARGET +CHANGE\n/)
    expect(text).toContain('→ "Last"')
    expect(text).not.toContain('\u001b')
    const page = await json('list', '--account', accountId, '--member', member, '--limit', '1')
    expect(page.items).toMatchObject([{ member, after: { email: 'jane@corp.example' } }])
    expect(await works('list', '--account', accountId, '--limit', '2')).toMatch(/\nThere are more: --after \S+$/)
    expect(await works('list', '--action', 'audit.key_added')).toContain('audit.key_added')
    expect(await run('list', '--limit', '0')).toMatchObject({ status: 2 })
  })

  it('checkpoints: those that are kept elsewhere, by the key that signed them', async () => {
    const kept = readFileSync(sink(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const own = kept.filter(({ account }) => account === accountId)
    expect(own).toHaveLength(1)
    expect((await json('checkpoints', '--account', accountId)).items).toEqual(own)
    expect((await json('checkpoints', '--account', accountId, '--key', own[0].key)).items).toEqual(own)
    expect(await works('checkpoints', '--account', accountId, '--key', 'another')).toBe('(none)')
    expect(await works('checkpoints', '--account', accountId)).toMatch(/^SEQ +AT +KEY +HASH\n/)
  })

  it('export: the whole log into a file for its owner alone, or to standard output', async () => {
    expect(statSync(file('whole.jsonl')).mode & 0o777).toBe(0o600)
    const text = readFileSync(file('whole.jsonl'), 'utf8')
    expect(text).toContain('jane@corp.example')
    const printed = await works('export', '--account', accountId, '--after', '2')
    expect(printed).not.toContain('jane')
    expect(JSON.parse(printed.split('\n').at(-1) ?? '')).toMatchObject({ kind: 'checkpoint', closes: { from: 3 } })
    expect(await run('export', '--account', 'nobody')).toMatchObject({ status: 1 })
    const twice = await run('export', '--account', accountId, '--out', file('whole.jsonl'))
    expect(twice).toMatchObject({ status: 2, err: expect.stringContaining('exists already; name another') as string })
    expect(readFileSync(file('whole.jsonl'), 'utf8')).toBe(text)
  })

  it('export: leaves nothing where it breaks off', async () => {
    breakable.fail((_, sql) => (/audit_checkpoints/.test(sql) ? new Error('Connection terminated') : null))
    const broken = await run('export', '--account', accountId, '--out', file('broken.jsonl'))
    breakable.mend()
    expect(broken).toMatchObject({ status: 1, err: expect.stringContaining('broke off') as string })
    expect(readdirSync(joinery.database.folder).filter((name) => name.startsWith('broken'))).toEqual([])
    const nowhere = await run('export', '--account', accountId, '--out', file('no/such/folder.jsonl'))
    expect(nowhere).toMatchObject({ status: 1, err: expect.stringContaining('cannot be written') as string })
  })

  it('verify: takes a key, a public key or kept checkpoints, and says what the export is', async () => {
    const [id = ''] = await keyIds()
    const { items } = await json('key', 'list')
    const told = [
      ['--key', id],
      ['--key', items[0].publicKey],
      ['--checkpoints', sink()],
    ]
    for (const each of told)
      expect(await works('verify', file('whole.jsonl'), ...each)).toMatch(
        new RegExp(`whole: lines 1 to \\d+ of ${accountId}, 1 checkpoint .* with key ${id}\\.$`),
      )
    expect(await works('verify', file('whole.jsonl'), '--any-key')).toContain('compare it with one')
    expect(await json('verify', file('whole.jsonl'), '--key', id)).toMatchObject({ faults: [], trusted: true })
  })

  it('verify: names the first bad line, what is wrong with it, and leaves with 1', async () => {
    const [id = ''] = await keyIds()
    const lines = readFileSync(file('whole.jsonl'), 'utf8').split('\n')
    const place = lines.findIndex((line) => line.includes('"seq":3,'))
    lines[place] = lines[place]?.replace('"operator"', '"nobody"') ?? ''
    writeFileSync(file('damaged.jsonl'), lines.join('\n'))
    const damaged = await run('verify', file('damaged.jsonl'), '--key', id)
    expect(damaged.status).toBe(1)
    const [first, last] = [damaged.err.split('\n')[0], damaged.err.split('\n').at(-1)]
    expect(first).toBe(
      `${file('damaged.jsonl')}:${place + 1} (line 3 of the log): was changed: its content does not give its hash`,
    )
    expect(last).toBe(`${file('damaged.jsonl')} is damaged, from its line ${place + 1} on`)
    const told = await run('verify', file('damaged.jsonl'), '--key', id, '--json')
    expect(JSON.parse(told.out)).toMatchObject({ faults: [{ at: place + 1, seq: 3 }] })
    writeFileSync(file('many.jsonl'), `${readFileSync(file('whole.jsonl'), 'utf8')}${'x\n'.repeat(5000)}`)
    expect((await run('verify', file('many.jsonl'), '--key', id)).err).toMatch(/\n… and 980 more\n/)
    writeFileSync(file('other.txt'), 'x\n'.repeat(5000))
    expect(await run('verify', file('other.txt'), '--key', id)).toMatchObject({
      status: 1,
      err: `${file('other.txt')} is no export of an audit log: none of its 5000 lines is; make one with "joinery audit export"`,
    })
    writeFileSync(file('empty.jsonl'), '')
    expect((await run('verify', file('empty.jsonl'), '--key', id)).err).toContain('the end was cut')
  })

  it('verify: trusts nothing that it was not told to', async () => {
    const other = await startJoinery({ workers: false })
    const [id = ''] = (await other.runtime.app.listAuditKeys({ actor: { kind: 'operator' }, id: 'x' }, 'service')).map(
      (key) => key.id,
    )
    await other.close()
    const unknown = '0'.repeat(32)
    for (const key of [id === '' ? unknown : id, unknown])
      expect((await run('verify', file('whole.jsonl'), '--key', key)).err).toContain('none of those given')
    const refusals = [[], ['--key', unknown, '--any-key'], ['--key', 'short']]
    for (const refusal of refusals) expect((await run('verify', file('whole.jsonl'), ...refusal)).status).toBe(2)
    expect(await run('verify', file('nowhere.jsonl'), '--key', unknown)).toMatchObject({ status: 1 })
    writeFileSync(file('others.jsonl'), '')
    expect((await run('verify', file('whole.jsonl'), '--checkpoints', file('others.jsonl'))).err).toContain(
      `has no checkpoint of ${accountId}`,
    )
  })

  it('verify: reads kept checkpoints past half a line that a killed process left', async () => {
    const [line = ''] = readFileSync(sink(), 'utf8').split('\n')
    writeFileSync(file('torn.jsonl'), line.slice(0, 40))
    await createFileSink(file('torn.jsonl')).append([JSON.parse(line)])
    expect(readFileSync(file('torn.jsonl'), 'utf8')).toBe(`${line.slice(0, 40)}\n${line}\n`)
    const read = await run('verify', file('whole.jsonl'), '--checkpoints', file('torn.jsonl'))
    expect(read).toMatchObject({
      status: 0,
      err: `${file('torn.jsonl')}:1: is no JSON object; this line is passed over`,
    })
  })

  it('verify: gathers no line that never ends', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x')
    async function* endless(): AsyncIterable<Uint8Array> {
      for (let index = 0; index < 64; index += 1) yield await Promise.resolve(piece)
      yield Buffer.from('\nlast\n')
    }
    const seen: unknown[] = []
    for await (const line of linesOf(endless())) seen.push(line)
    expect(seen).toEqual([
      { text: null, ended: true },
      { text: 'last', ended: true },
    ])
  })

  it('key rotate and erase: acts that are lines of the log themselves', async () => {
    const before = await keyIds()
    const text = await works('key', 'rotate')
    const after = await keyIds()
    expect(text).toMatch(`Key ${after.at(-1) ?? ''} is in use, endorsed by ${before.at(-1) ?? ''}.`)
    expect(await run('key', 'rotate', '--lost')).toMatchObject({ status: 1 })
    await works('export', '--account', accountId, '--out', file('later.jsonl'))
    await works('verify', file('later.jsonl'), '--key', before[0] ?? '')
    const erased = await works('erase', '--account', accountId, '--member', member)
    expect(erased).toMatch(/^What 1 line said of member [0-9a-z-]+ is erased\. The member is as he was\.$/)
    expect(await works('export', '--account', accountId, '--personal')).not.toContain('jane')
    expect(existsSync(file('whole.jsonl'))).toBe(true)
    await works('verify', file('whole.jsonl'), '--key', before[0] ?? '')
  })
})
