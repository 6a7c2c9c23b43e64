import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CheckpointStatement } from '../../src/domain/audit-statement.ts'
import { exportOf, housekeeper, sealAll, verdictOn } from '../support/audit.ts'
import { damages, forged, type Damaged, type Genuine } from '../support/audit-damage.ts'
import { createClock } from '../support/clock.ts'
import { operator, startJoinery } from '../support/joinery.ts'
import { aPerson, aPlace, suspend } from '../support/people.ts'
import { createRandom, seed } from '../support/random.ts'

const tries = Number(process.env.PROPERTY_RUNS ?? 10_000)

type Known = { keys: readonly string[]; checkpoints: readonly CheckpointStatement[] }

/** A log of some forty lines with names, checkpoints on the way and three keys; and what an auditor knows of it. */
async function makeGenuine(): Promise<{ genuine: Genuine; older: string; known: Known }> {
  const clock = createClock()
  const joinery = await startJoinery({ clock, workers: false })
  const { app } = joinery.runtime
  const [place, another] = [await aPlace(joinery), await aPlace(joinery)]
  await aPerson(joinery, another, 'joe')
  const texts: string[] = []
  for (const round of ['a', 'b', 'c', 'd']) {
    for (const name of ['jane', 'jim', 'jill']) {
      const { id } = await aPerson(joinery, place, `${name}-${round}`)
      await suspend(joinery, place, id)
    }
    await sealAll(joinery)
    clock.advance(61_000)
    await app.checkpointAudit(housekeeper)
    if (round !== 'a') texts.push(await exportOf(joinery, place.accountId, { personal: true }))
    if (round === 'b' || round === 'c') await app.rotateAuditKey(operator, {})
  }
  const others = await exportOf(joinery, another.accountId, { personal: true })
  const [first] = await app.listAuditKeys(operator, 'service')
  const sink = readFileSync(join(joinery.database.folder, 'audit-checkpoints.jsonl'), 'utf8')
  await joinery.close()
  const checkpoints = sink
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as CheckpointStatement)
  const [older = '', , text = ''] = texts
  return { genuine: { text, others }, older, known: { keys: [first?.id ?? ''], checkpoints } }
}

describe(`an exported audit log, damaged at random (seed ${seed})`, () => {
  let genuine: Genuine
  let older: string
  let known: Known
  beforeAll(async () => {
    ;({ genuine, older, known } = await makeGenuine())
  })

  it('is whole as it was exported', async () => {
    const verdict = await verdictOn(genuine.text, known)
    expect(verdict).toMatchObject({ faults: [], trusted: true })
    expect(verdict.lines).toBeGreaterThan(25)
    expect(verdict.checkpoints).toBeGreaterThan(2)
    expect(await verdictOn(genuine.others, known)).toMatchObject({ faults: [] })
  })

  it(`gives every one of ${tries} damages away, and names the line where there is one`, async () => {
    const random = createRandom(seed)
    const kinds = Object.entries(damages)
    const whole = Buffer.from(genuine.text)
    const made = new Map<string, number>()
    const missed: string[] = []
    for (let index = 0; index < tries;) {
      const [kind, damage] = kinds[index % kinds.length] ?? random.pick(kinds)
      const { bytes, at }: Damaged = damage(genuine, random)
      // Two equal lines swapped, say: nothing was damaged.
      if (whole.equals(bytes)) continue
      index += 1
      made.set(kind, (made.get(kind) ?? 0) + 1)
      const [first] = (await verdictOn(bytes, known)).faults
      if (first === undefined || (at !== undefined && first.at !== at))
        missed.push(`${kind} (${index}): ${first === undefined ? 'not found' : `line ${first.at} for ${at}`}`)
    }
    expect(missed).toEqual([])
    expect(made.size).toBe(kinds.length)
  })

  it('no later checkpoint of a line hides one that was kept before it', async () => {
    const [first] = known.checkpoints.filter(({ seq }) => genuine.text.includes(`"seq":${seq},`))
    if (first === undefined) throw new Error('no checkpoint was kept')
    const before = { ...first, hash: first.hash.replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0')) }
    const checkpoints = [before, ...known.checkpoints]
    expect((await verdictOn(genuine.text, { ...known, checkpoints })).faults).toMatchObject([{ seq: first.seq }])
    // Of an export that begins behind it, the line that the first one follows is looked at.
    const part = genuine.text
      .split('\n')
      .filter((line) => !line.includes('"kind":"line"') || Number(/"seq":(\d+),/.exec(line)?.[1]) > first.seq)
      .join('\n')
    const about = async (kept: readonly CheckpointStatement[]): Promise<string[]> =>
      (await verdictOn(part, { ...known, checkpoints: kept })).faults
        .map(({ why }) => why)
        .filter((why) => why.startsWith(`the checkpoint of line ${first.seq} `) && why.includes('kept outside'))
    expect([(await about(known.checkpoints)).length, (await about(checkpoints)).length]).toEqual([0, 1])
  })

  it('takes no checkpoint on the way by a key that nobody vouches for', async () => {
    const keys = genuine.text
      .split('\n')
      .filter((line) => line.includes('"kind":"key"'))
      .map((line) => (JSON.parse(line) as { id: string }).id)
    const [oldest, , newest] = keys
    expect((await verdictOn(genuine.text, { keys: [oldest ?? ''] })).faults).toEqual([])
    const [fault] = (await verdictOn(genuine.text, { keys: [newest ?? ''] })).faults
    expect(fault?.why).toContain(`is signed with key ${oldest}, which is none of those given`)
    expect((await verdictOn(genuine.text, { keys })).faults).toEqual([])
  })

  it('needs what is known from elsewhere: a forger’s own log is whole to whoever takes its key', async () => {
    const random = createRandom(seed)
    for (const how of ['alone', 'beside'] as const) {
      const { bytes } = forged(genuine.text, random, how)
      expect((await verdictOn(bytes)).faults).toEqual([])
      expect((await verdictOn(bytes, { keys: known.keys })).faults).not.toEqual([])
      expect((await verdictOn(bytes, { checkpoints: known.checkpoints })).faults).not.toEqual([])
    }
  })

  it('tells an older export, which an end cut off comes to, from one that has everything', async () => {
    const { faults, closedAt, later } = await verdictOn(older, known)
    expect(faults).toEqual([])
    const last = known.checkpoints.filter(({ account }) => genuine.text.includes(`"account":"${account}"`)).at(-1)
    expect(later).toEqual({ seq: last?.seq, at: last?.at })
    expect(Date.parse(closedAt ?? '')).toBeLessThan(Date.parse(last?.at ?? ''))
    expect((await verdictOn(genuine.text, known)).later).toBeNull()
  })
})
