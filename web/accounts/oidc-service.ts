/**
 * The sign-in service (OpenID Connect): authorization code with PKCE, state and nonce, all bound to one browser.
 */
import * as oidc from 'openid-client'
import type { Config } from '../../core/config.ts'
import { readSecret } from '../../core/config.ts'
import { PipelineError, UnavailableError } from '../../core/errors.ts'
import { accountOf } from '../../pipelines/accounts/oidc.ts'
import { hashToken } from '../../pipelines/accounts/sessions.ts'
import type { Db } from '../../sql/db.ts'
import { insertOidcRequest, takeOidcRequest } from '../../sql/oidc.ts'

const MINUTES = 10

export interface OidcService {
  /** Where to send the browser, and the state that it keeps. @throws {UnavailableError} the service does not answer */
  begin(redirectUri: string, next: string): Promise<{ url: string, state: string }>
  /** @param kept the state that the browser kept @throws {PipelineError} `oidc_refused`, `no_role` */
  finish(callback: URL, kept: string): Promise<{ accountId: number, next: string }>
}

/** Undefined where no service is set. */
export function createOidcService(db: Db, config: Config): OidcService | undefined {
  const { oidcIssuer, oidcClientId, oidcSecret } = config.web
  if (!oidcIssuer) return undefined
  let known: oidc.Configuration | undefined
  const discover = async (): Promise<oidc.Configuration> => {
    if (known) return known
    const issuer = new URL(oidcIssuer)
    // Plain HTTP only to this machine: for a service behind a local proxy, and for tests.
    const local = issuer.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname)
    try {
      return known = await oidc.discovery(issuer, oidcClientId, oidcSecret ? readSecret(oidcSecret) : undefined, undefined, { timeout: 10, ...(local ? { execute: [oidc.allowInsecureRequests] } : {}) })
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw new UnavailableError('oidc_unreachable', 'the sign-in service does not answer', {}, { cause })
    }
  }
  return {
    begin: async (redirectUri, next) => {
      const service = await discover()
      const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()]
      await insertOidcRequest(db, hashToken(state), verifier, nonce, next, MINUTES)
      const url = oidc.buildAuthorizationUrl(service, { redirect_uri: redirectUri, scope: 'openid profile', state, nonce, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' })
      return { url: url.href, state }
    },
    finish: async (callback, kept) => {
      const state = callback.searchParams.get('state') ?? ''
      // The one who began must be the one who comes back.
      const request = kept !== '' && kept === state ? await takeOidcRequest(db, hashToken(state)) : undefined
      if (!request) throw new PipelineError('oidc_refused', 'no such request of this browser', {})
      const service = await discover()
      let claims: oidc.IDToken
      try {
        const tokens = await oidc.authorizationCodeGrant(service, callback, { pkceCodeVerifier: request.verifier, expectedState: state, expectedNonce: request.nonce, idTokenExpected: true })
        claims = tokens.claims()!
      } catch (cause) {
        throw new PipelineError('oidc_refused', 'the service refused, or its answer does not hold', {}, { cause })
      }
      return { accountId: await accountOf(db, { issuer: claims.iss, subject: claims.sub, claims }), next: request.next }
    },
  }
}
