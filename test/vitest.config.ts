import { defineConfig } from 'vitest/config'

const project = (name: string, extra: object = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...extra },
})

/** Servers are started once for the whole run; each test makes its own database in them. */
const withServers = { globalSetup: ['test/support/servers.ts'], testTimeout: 60_000, hookTimeout: 60_000 }

/** Files of one process share what they import, which a run spends a third of its time on otherwise. */
const together = { isolate: false }

const seeded = { setupFiles: ['test/support/seeded-properties.ts'] }

/** Whoever asks for more cases than a run has waits for them. */
const inProperties = process.env.PROPERTY_RUNS === undefined ? 240_000 : 0

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', './test/support/closing-line.ts'],
    projects: [
      project('architecture', { testTimeout: 60_000 }),
      project('unit', { ...together, ...seeded }),
      project('property', { ...withServers, ...together, ...seeded, testTimeout: inProperties }),
      project('contract', { ...withServers, ...together }),
      project('integration', { ...withServers, ...together }),
      project('conformance', { ...withServers, ...together }),
      project('e2e', { ...withServers, testTimeout: 120_000 }),
      project('fault', { ...withServers, testTimeout: 600_000, fileParallelism: false }),
    ],
  },
})
