import { existsSync } from 'node:fs'
import { describe } from 'vitest'
import { chromium, type Browser } from 'playwright-core'

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

/** A suite in a real browser: where there is none it is skipped by name, and in CI it fails. */
export function describeInChromium(name: string, suite: (launch: () => Promise<Browser>) => void): void {
  if (program === undefined && process.env.CI === 'true') throw new Error('CI lacks chromium: apt-get install chromium')
  const label = program === undefined ? `${name} [needs apt-get install chromium]` : name
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet]
  const launch = (): Promise<Browser> => chromium.launch({ executablePath: program ?? '', args })
  describe.skipIf(program === undefined)(label, () => suite(launch))
}
