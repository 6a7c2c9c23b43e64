import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findRedis } from '../../src/cli/demo/private-redis.ts'
import { widthOf } from '../../src/cli/demo/text.ts'
import { startProcess } from '../support/processes.ts'
import { eventually } from '../support/api.ts'

const main = 'src/cli/main.ts'
const redis = findRedis(process.env.PATH ?? '')

type Ended = { status: number | null; stdout: string; stderr: string }

let folder: string
let mark: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joinery-demo-test-'))
  mark = `JOINERY_DEMO_TEST=${folder}`
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Every process that has our mark in its environment, as whatever the demo starts inherits it. */
function left(): string[] {
  if (!existsSync('/proc/self/environ')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(mark))
    .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
    .filter((command) => command !== '')
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function environment(more: Record<string, string> = {}): Record<string, string> {
  const [name = '', value = ''] = mark.split('=')
  return { PATH: process.env.PATH ?? '', HOME: folder, DATA_DIR: folder, [name]: value, ...more }
}

function run(args: string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended: Ended = { status: null, stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status) => resolve({ ...ended, status }))
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy() && resolve(true))
    socket.once('error', () => resolve(false))
  })
}

const portIn = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1])

/** What every run must say, whatever carries the work. */
function expectStory({ status, stdout, stderr }: Ended): void {
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/Okta: \d+ requests in .*\n.*Entra: \d+/),
  })
  expect(stderr).not.toMatch(/"level"|\r|\u001b/)
  for (const line of [
    /^Monday$/m,
    /^Sunday$/m,
    /refused +lena\.fischer@gmail\.com: 400 userName: gmail\.com is a personal mail provider/,
    /refused +marco\.bruni_gmail\.com#EXT#@alderway\.example: 400 userName: gmail\.com is a personal/,
    /IT Admins +admin +by name: waiting +unconfirmed +bound: confirmed/,
    /Until the confirmation nobody held admin; now 3 people hold admin/,
    /Partner Desk +support +by name: waiting +waiting +waiting: no such group has come/,
    /renamed +group Customer Support → Customer Care: its 14 people keep support/,
    /the answer to the POST got lost, it was\s+sent\s+again:\s+409,/,
    /^ {2}Zuri Wambui +joined Mon +active +developer +Okta: group Engineering → developer$/m,
    /^ {2}Jonas Lindqvist +moved Tue +active +support +Okta: group Customer Care → support$/m,
    /^ {2}Priya Raghunathan +left Tue +active +developer +Okta: group Engineering → developer\n +back Fri$/m,
    /^ {2}Thabo Nkosi +left Wed +suspended +- +suspended: group Customer Care → support$/m,
    /^ {2}田中 由紀 +- +active +developer +Okta: group Engineering → developer\n +overruled: group On-call → support$/m,
    /^ {2}Tariq Aziz +deleted Tue +active, life 2 +developer +Entra: group Release Managers → developer$/m,
    /^ {2}林薇 +deleted Sat +removed +- +removed by the directory$/m,
    /In all: 64 people; developer 27, support 13, finance-analyst 5, admin 3; 14 without a role: in no mapped group/,
    /In all: 64 people; developer 20, support 15, finance-analyst 7, admin 2; 17 without a role: in no mapped group/,
    /^ {2}SCIM request, first sync +\d+ +[\d.]+ ms/m,
    /^ {2}change → applied, the week +\d+ +[\d.]+ ms/m,
    /SCIM answers by status: 200: \d+, 201: 145, 204: \d+, 400: 2, 409: 1$/m,
    /Brightquay Logistics +Jonas Lindqvist +developer$/m,
    /Alderway Health +林薇 +support$/m,
    /Checks: 25 of 25 hold\n$/,
  ])
    expect(stdout).toMatch(line)
  const table = stdout.split('\n').slice(4)
  expect(table.filter((line) => widthOf(line) > 120)).toEqual([])
}

describe('joinery demo --once', () => {
  test.skipIf(redis === null && process.env.CI !== 'true')(
    'tells its story over a Redis of its own, again in the same folder, and leaves no process',
    async () => {
      for (const time of ['first', 'second']) {
        const ended = await run(['demo', '--once'], environment())
        expectStory(ended)
        expect(ended.stdout, time).toMatch(/Queue +BullMQ on a (redis|valkey)-server of its own/)
        expect(await answers(portIn(ended.stdout, /of its own, 127\.0\.0\.1:(\d+)/))).toBe(false)
        expect(await answers(portIn(ended.stdout, /Service +http:\/\/127\.0\.0\.1:(\d+)/))).toBe(false)
        expect(left()).toEqual([])
      }
    },
  )

  test('tells the same story without any server, and takes away what an earlier demo left, nothing else', async () => {
    const empty = join(folder, 'bin')
    for (const made of [empty, join(folder, 'demo')]) mkdirSync(made)
    for (const name of ['mine.txt', 'admin-token', 'joinery.sqlite3']) writeFileSync(join(folder, 'demo', name), 'old')
    writeFileSync(join(folder, 'joinery.sqlite3'), 'the real one')
    const ended = await run(['demo', '--once'], environment({ PATH: empty }))
    expectStory(ended)
    expect(ended.stdout).toMatch(/Queue +none: .*so reconciles run in process/)
    expect(left()).toEqual([])
    expect(read(join(folder, 'demo', 'mine.txt'))).toBe('old')
    expect(read(join(folder, 'demo', 'admin-token'))).not.toBe('old')
    expect(read(join(folder, 'joinery.sqlite3'))).toBe('the real one')
  })

  test('goes on in process where the Redis that is installed does not start', async () => {
    const broken = join(folder, 'bin')
    mkdirSync(broken)
    writeFileSync(join(broken, 'redis-server'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const ended = await run(['demo', '--once'], environment({ PATH: broken }))
    expectStory(ended)
    expect(ended.stdout).toMatch(/Queue +none: .*redis-server does not start \(it ended at once\)/)
    expect(left()).toEqual([])
  })

  test('goes on without its provider where packages for development are not installed', async () => {
    const lacking = `import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent(\`export const resolve = (name, context, next) => {
        if (name !== 'oidc-provider') return next(name, context)
        throw Object.assign(new Error(name), { code: 'ERR_MODULE_NOT_FOUND' })
      }\`))`
    const options = `--import=data:text/javascript,${encodeURIComponent(lacking)}`
    const ended = await run(['demo', '--once'], environment({ NODE_OPTIONS: options }))
    expect(ended.status).toBe(0)
    expect(ended.stdout).toMatch(/^Nobody signs in: the package oidc-provider is not installed/m)
    expect(ended.stdout).toMatch(/Checks: 19 of 19 hold\n$/)
  })

  test.each([
    ['PUBLIC_URL', 'https://joinery.corp.example'],
    ['HOST', '0.0.0.0'],
  ])('refuses %s=%s, as its people are made up', async (name, value) => {
    const ended = await run(['demo', '--once'], environment({ [name]: value }))
    expect(ended).toMatchObject({ status: 78, stdout: '' })
    expect(ended.stderr).toMatch(new RegExp(`${name} must`))
    expect(existsSync(join(folder, 'demo'))).toBe(false)
  })
})

describe('joinery demo', () => {
  test('stays up with lines to paste, until Ctrl-C', async () => {
    const demo = await startProcess(main, ['demo'], environment(), /propagation status --account/)
    const printed = demo.printed()
    const curl = /^ {2}(curl .*)$/m.exec(printed)?.[1] ?? ''
    const pasted = /Bearer \$\(cat (.*?)\)" '(.*?)'/.exec(curl)
    const token = read(pasted?.[1] ?? '').trim()
    const answer = await fetch(pasted?.[2] ?? '', { headers: { Authorization: `Bearer ${token}` } })
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 200,
      body: { items: [{}, {}, {}, {}, {}] },
    })
    for (const path of ['healthz', 'readyz', 'metrics']) {
      const [url = ''] = new RegExp(`http://\\S+/${path}`).exec(printed) ?? []
      expect((await fetch(url)).status).toBe(200)
    }
    await demo.stop('SIGINT')
    expect(demo.child.exitCode).toBe(0)
    expect(left()).toEqual([])
  })

  test('is stopped by Ctrl-C in the middle too, and killed it takes its Redis along', async () => {
    const stopped = await startProcess(main, ['demo'], environment(), /First sync/)
    await stopped.stop('SIGINT')
    expect(stopped.child.exitCode).toBe(130)
    expect(stopped.printed()).toMatch(/the demo was stopped/)
    expect(left()).toEqual([])

    const killed = await startProcess(main, ['demo'], environment(), /First sync/)
    if (redis !== null && existsSync('/proc/self/environ')) expect(left().join('\n')).toMatch(/redis|valkey/)
    await killed.stop('SIGKILL')
    await eventually(
      () => Promise.resolve(left()),
      (commands) => commands.length === 0,
    )
  })
})
