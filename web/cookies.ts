/**
 * Cookies in and out.
 */
export function readCookies(header: string | null): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 1) continue
    const name = part.slice(0, at).trim()
    // The first of two counts: a cookie set for a wider path cannot displace ours.
    if (!cookies.has(name)) cookies.set(name, part.slice(at + 1).trim())
  }
  return cookies
}

export interface CookieOptions { secure: boolean, maxAge?: number, httpOnly?: boolean }

export function cookie(name: string, value: string, { secure, maxAge, httpOnly = true }: CookieOptions): string {
  return `${name}=${value}; Path=/${maxAge === undefined ? '' : `; Max-Age=${maxAge}`}; SameSite=Lax${httpOnly ? '; HttpOnly' : ''}${secure ? '; Secure' : ''}`
}
