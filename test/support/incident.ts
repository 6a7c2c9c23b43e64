import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import type { Ports } from '../../src/application/ports.ts'
import { createClock, type TestClock } from './clock.ts'
import { describeOnBoth } from './databases.ts'
import { proveDomain, startCompany, type Company, type CompanyOptions, type SignInJoinery } from './sign-in.ts'

/** Where an incident is played: one Joinery, and whatever companies it needs. */
export type Stage = {
  readonly joinery: SignInJoinery
  readonly clock: TestClock
  /** An account with a real provider of its own. */
  company(options?: CompanyOptions): Promise<Company>
  /** Makes a domain a proven one of an account, past the name server. */
  prove(accountId: string, domain: string): Promise<void>
}

/** Makes a build worse, by its ports: the product itself has no switch for it. */
export type Weakness = (ports: Ports) => Ports

/** Makes a build worse whose rule lies in no port: by one module of it, loaded anew with everything that uses it. */
export type WorseModule = { readonly path: string; readonly worse: (original: object) => object }

export function worseModule<M extends object>(path: string, worse: (original: M) => Partial<M>): WorseModule {
  const whole = (original: object): object => ({ ...original, ...worse(original as M) })
  return { path: fileURLToPath(new URL(`../../src/${path}`, import.meta.url)), worse: whole }
}

export type Incident = {
  /** Ids by which others published it. */
  readonly id: string
  /** What Joinery does about it. */
  readonly holds: string
  readonly play: (stage: Stage) => Promise<unknown>
  /** What `play` answers. */
  readonly held: unknown
  /** The same in the weakened build: so `play` would have seen it. */
  readonly weakened: { readonly by: () => Weakness | WorseModule; readonly seen: unknown }
}

/** Each incident twice: as the product is, on both databases; and in a build that was made worse, where it has to happen. */
export function playIncidents(title: string, incidents: readonly Incident[], { workers = false } = {}): void {
  describeOnBoth(title, (database) => {
    const on = { database, workers }
    it.each(incidents)('$id: $holds', async ({ play, held }) => {
      expect(await onStage(on, same, play)).toEqual(held)
    })
    if (database === 'postgres') return
    it.each(incidents)('$id would be seen: a weakened build lets it happen', async ({ play, weakened, held }) => {
      expect(weakened.seen).not.toEqual(held)
      const by = weakened.by()
      const seen = typeof by === 'function' ? onStage(on, by, play) : inWorseBuild(by, () => onStage(on, same, play))
      expect(await seen).toEqual(weakened.seen)
    })
  })
}

const same: Weakness = (ports) => ports

async function inWorseBuild<T>({ path, worse }: WorseModule, play: () => Promise<T>): Promise<T> {
  vi.doMock(path, async (original) => worse(await original<object>()))
  vi.resetModules()
  try {
    return await play()
  } finally {
    vi.doUnmock(path)
    vi.resetModules()
  }
}

async function onStage(
  on: { database: 'sqlite' | 'postgres'; workers: boolean },
  wrapPorts: Weakness,
  play: Incident['play'],
): Promise<unknown> {
  const clock = createClock()
  const { startSignInJoinery } = await import('./sign-in.ts')
  const joinery = await startSignInJoinery({ ...on, clock, wrapPorts })
  const companies: Company[] = []
  try {
    return await play({
      joinery,
      clock,
      company: async (options) => {
        const company = await startCompany(joinery, options)
        companies.push(company)
        return company
      },
      prove: (accountId, domain) => proveDomain(joinery, accountId, domain),
    })
  } finally {
    for (const { idp } of companies) await idp.close()
    await joinery.close()
  }
}
