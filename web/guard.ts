/**
 * What every reply carries, and which requests are turned away before anything is read: cross-site writes (CSRF).
 */

/**
 * No inline script or style, nothing from another host, no frames, no HTML made from text by scripts (trusted types). Drawings in pages use
 * presentation attributes or classes, never style=""; ECharts tooltips need renderMode 'richText'.
 */
export const POLICY = [
  `default-src 'none'`, `script-src 'self'`, `style-src 'self'`, `img-src 'self' data: blob:`, `font-src 'self'`, `connect-src 'self'`, `worker-src 'self'`, `manifest-src 'self'`,
  `frame-ancestors 'none'`, `base-uri 'none'`, `form-action 'self'`, `require-trusted-types-for 'script'`,
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
}

/** Adds what is missing; pages are never kept by anyone unless they say so themselves. */
export function harden(response: Response, requestId: string, secure: boolean): Response {
  // A Response of fetch has headers that cannot be changed.
  const reply = new Response(response.body, response)
  for (const [name, value] of Object.entries(HEADERS)) if (!reply.headers.has(name)) reply.headers.set(name, value)
  if (!reply.headers.has('cache-control')) reply.headers.set('cache-control', 'no-store')
  if (secure) reply.headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains')
  reply.headers.set('x-request-id', requestId)
  return reply
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a page of another site may have sent this. Browsers say where a request comes from (Sec-Fetch-Site); older ones give an Origin;
 * what says neither is no browser's form and is turned away, too.
 *
 * @param origins our own, such as 'https://hotline.city.example'
 */
export function isCrossSite(method: string, headers: Headers, origins: readonly string[]): boolean {
  if (SAFE.has(method)) return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin === null || !origins.includes(origin)
}
