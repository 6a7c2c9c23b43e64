import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { ClientKeys } from '../../application/sign-in/open-id.ts'

/** RS256, as every IdP takes it. The key is named by its thumbprint (RFC 7638). */
export function createClientKeys(): ClientKeys {
  return {
    async make() {
      const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 })
      const { n = '', e = '' } = await exportJWK(publicKey)
      const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e })
      const privateJwk = JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'RS256' })
      return { kid, privateJwk, publicJwk: { kty: 'RSA', n, e, kid, alg: 'RS256', use: 'sig' } }
    },
  }
}
