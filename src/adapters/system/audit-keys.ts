import { linkSync, readFileSync, renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditSigner } from '../../application/audit/audit-log.ts'
import type { SigningKey } from '../../domain/audit-statement.ts'
import { AppError } from '../../domain/errors.ts'
import { makePrivateKey, readPrivateKey } from './ed25519.ts'
import { ensureDataDir, writeSecretFile } from './key-files.ts'

/** Keys that are settings; whoever gives them rotates them. */
export function createGivenSigner(pem: string, previousPem: string | null): AuditSigner {
  const given = [pem, ...(previousPem === null ? [] : [previousPem])].map((each) => required(each, 'AUDIT_KEY'))
  return {
    keys: () => given as [SigningKey, ...SigningKey[]],
    has: (id) => given.some((key) => key.id === id),
    makeNext: () => null,
    adopt: () => undefined,
  }
}

/**
 * A key in the data folder, made when it is first asked for. A rotation writes the next key beside it before anybody hears
 * of it, and puts it in place when it is in use: a process that ends in between goes on with whichever is in use.
 */
export function createFileSigner(dataDir: string): AuditSigner {
  const file = join(dataDir, 'audit-key')
  const nextFile = `${file}.next`
  const read = (from: string): SigningKey | null => {
    const pem = readIfThere(from)
    return pem === null ? null : required(pem, from)
  }
  return {
    keys() {
      const key = read(file) ?? makeFirst(dataDir, file)
      const next = read(nextFile)
      return next === null ? [key] : [key, next]
    },
    has: (id) => [file, nextFile].some((each) => read(each)?.id === id),
    makeNext() {
      writeSecretFile(nextFile, makePrivateKey())
      return read(nextFile)
    },
    adopt(id) {
      if (read(nextFile)?.id === id) renameSync(nextFile, file)
    },
  }
}

/** Of two processes that make the first key at once, both go on with the one that was there first. */
function makeFirst(dataDir: string, file: string): SigningKey {
  ensureDataDir(dataDir)
  const draft = `${file}.${process.pid}`
  writeSecretFile(draft, makePrivateKey())
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return required(readFileSync(file, 'utf8'), file)
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function required(pem: string, from: string): SigningKey {
  const key = readPrivateKey(pem)
  if (key !== null) return key
  throw new AppError(
    'upstream_rejected',
    `${from} holds no Ed25519 private key in PEM; put the key back, or make one with "openssl genpkey -algorithm ed25519"`,
  )
}
