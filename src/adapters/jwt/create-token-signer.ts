import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose'
import type { TokenSigner } from '../../application/ports.ts'

const alg = 'ES256'
const mostKeys = 10

/** ES256, which is small and known to every gateway. A key is named by its thumbprint (RFC 7638). */
export function createTokenSigner(): TokenSigner {
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>()
  const keyOf = (kid: string, privateJwk: string): Promise<CryptoKey | Uint8Array> => {
    const known = imported.get(kid) ?? importJWK(JSON.parse(privateJwk) as JWK, alg)
    if (imported.size >= mostKeys) imported.clear()
    imported.set(kid, known)
    return known
  }
  return {
    async makeKey() {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
      const { crv = '', x = '', y = '' } = await exportJWK(publicKey)
      const kid = await calculateJwkThumbprint({ kty: 'EC', crv, x, y })
      const privateJwk = JSON.stringify(await exportJWK(privateKey))
      return { kid, privateJwk, publicJwk: { kty: 'EC', crv, x, y, kid, alg, use: 'sig' } }
    },
    async sign({ kid, privateJwk }, claims) {
      return new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(await keyOf(kid, privateJwk))
    },
  }
}
